import { mkdirSync, rmSync } from 'node:fs';
import { startKafka } from './kafka.ts';
import { freePort } from './ports.ts';
import { noteProcesses, stopLeftovers, stopProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { confluentApi, startRegistry } from './registry.ts';
import { jdk } from './tools.ts';
import type { BackendName, BackendOptions, BackendProcess, Backends } from './types.ts';

export interface LocalBackends extends Backends {
  /** Starts a server anew that has ended, at its address and with its data. Resolves when it answers. */
  restart(name: BackendName): Promise<void>;
}

/** Kafka, Apicurio and Redis as child processes, on the loopback interface, data under `dataDir`. */
export async function startLocal({
  dataDir: dir,
  ports,
  fresh = false,
  progress = () => {},
}: BackendOptions): Promise<LocalBackends> {
  mkdirSync(dir, { recursive: true });
  const left = await stopLeftovers(dir);
  if (fresh) rmSync(dir, { recursive: true });
  mkdirSync(dir, { recursive: true });
  if (left > 0) progress(`Stopped ${left} servers that an earlier start had left behind`);
  const preferred = (port: number) => (ports === 'preferred' ? port : undefined);
  const kafkaPort = await freePort(preferred(9092));
  const controllerPort = await freePort(preferred(9093));
  const registryPort = await freePort(preferred(8081));
  const redisPort = await freePort(preferred(6379));
  const java = jdk(progress);

  const processes: BackendProcess[] = [];
  const started = (process: BackendProcess) => {
    const before = processes.findIndex(({ name }) => name === process.name);
    if (before >= 0) processes.splice(before, 1);
    processes.push(process);
    noteProcesses(
      dir,
      processes.map(({ pid }) => pid),
    );
  };
  const stop = async () => {
    await Promise.all(processes.map(({ pid }) => stopProcess(pid)));
  };
  const servers: Record<BackendName, () => Promise<void>> = {
    redis: () => startRedis({ port: redisPort, dir, progress }, started),
    kafka: () => startKafka({ jdk: java, port: kafkaPort, controllerPort, dir, progress }, started),
    registry: () => startRegistry({ jdk: java, port: registryPort, dir, progress }, started),
  };
  const starting = await Promise.allSettled(Object.values(servers).map((start) => start()));
  for (const result of starting) {
    if (result.status === 'fulfilled') continue;
    await stop();
    throw result.reason;
  }
  return {
    provider: 'local',
    kafkaBrokers: [`127.0.0.1:${kafkaPort}`],
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    schemaRegistryUrl: confluentApi(registryPort),
    processes,
    restart: (name) => servers[name](),
    stop,
  };
}
