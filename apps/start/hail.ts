import { dataDir } from '../../infra/addresses.ts';
import { type Backends, startBackends } from '../../infra/backends/index.ts';
import { removeRun, runningStart, writeRun } from '../../infra/run-file.ts';
import { type System, startSystem } from './system.ts';

/** A Hail that this process has started, and that `.hail/run.json` tells of. */
export interface Hail {
  /** The API. */
  readonly url: string;
  readonly backends: Backends;
  stop(): Promise<void>;
}

export interface HailOptions {
  /** Start from empty data. */
  readonly fresh: boolean;
  /** Whether the web console is started too. */
  readonly console?: boolean;
  /** Aborted, it stops what it has started so far, and rejects. */
  readonly signal: AbortSignal;
  /** Told what happens, for people. */
  readonly say: (text: string) => void;
  /** A process has ended that starting anew would not help. */
  readonly onHopeless: () => void;
}

/** Starts backends, services and facade. Rejects when Hail is running here already. */
export async function startHail(wanted: HailOptions): Promise<Hail> {
  const { fresh, signal, say, onHopeless } = wanted;
  const began = Date.now();
  const running = runningStart(dataDir);
  if (running !== undefined) {
    throw new Error(
      `Hail is running already (process ${running.pid}): ${running.url}. End it with Ctrl-C first.`,
    );
  }
  const options = { dataDir, ports: 'preferred', keep: true, fresh, progress: say } as const;
  const backends = await startBackends(options);
  const { provider, kafkaBrokers, redisUrl, schemaRegistryUrl } = backends;
  const addresses = { provider, kafkaBrokers, redisUrl, schemaRegistryUrl };
  const services: Record<string, { pid: number; admin?: string }> = {};
  let url = '';
  const note = () => {
    const servers = Object.fromEntries(backends.processes.map(({ name, pid }) => [name, { pid }]));
    if (url === '') return;
    const console = system?.console && { console: system.console.url };
    writeRun(dataDir, { ...addresses, url, ...console, services, servers });
  };
  let system: System | undefined;
  system = await startSystem({
    ...{ backends, dataDir, port: 'preferred', signal, console: wanted.console ?? false },
    onReady(name, pid, admin) {
      services[name] = { pid, ...(admin !== undefined && { admin }) };
      note();
    },
    onExit(name, how, restarts) {
      say(`${name} ended (${how}; .hail/logs/${name}.log)${restarts ? '; starting it anew' : ''}`);
      if (!restarts) onHopeless();
    },
  }).catch(async (error: unknown) => {
    await backends.stop();
    throw error;
  });
  url = system.url;
  note();
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  say(
    `Kafka ${kafkaBrokers.join(',')} · Redis ${redisUrl} · registry ${schemaRegistryUrl} (${provider})`,
  );
  say(`Ready after ${seconds} s: ${url} (${url}/openapi.json), logs in .hail/logs`);
  if (system.console) say(`Console: ${system.console.url}/#token=${system.console.token}`);
  return {
    url,
    backends,
    async stop() {
      await system?.stop();
      await backends.stop();
      removeRun(dataDir);
    },
  };
}
