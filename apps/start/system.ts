import { join } from 'node:path';
import type { Addresses } from '../../infra/backends/index.ts';
import { freePort } from '../../infra/backends/ports.ts';
import { createHailTopics } from '../../infra/create-topics.ts';
import { type Supervised, supervise } from './supervisor.ts';

const root = join(import.meta.dirname, '..', '..');

/** The processes of Hail and the file each of them runs. */
export const processes = {
  rider: 'services/rider/main.ts',
  driver: 'services/driver/main.ts',
  trip: 'services/trip/main.ts',
  notification: 'services/notification/main.ts',
  facade: 'apps/facade/main.ts',
} as const;

export type ProcessName = keyof typeof processes;

export interface System {
  /** The API, as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly supervised: Readonly<Record<ProcessName, Supervised>>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly backends: Addresses;
  /** Logs go to `logs` in it. */
  readonly dataDir: string;
  /** The API's port: 8080 if it is free, or any. */
  readonly port: 'preferred' | 'free';
  readonly onReady?: (name: ProcessName, pid: number, admin: string | undefined) => void;
  readonly onExit?: (name: ProcessName, how: string, restarts: boolean) => void;
}

/** Creates the topics and starts services and facade, each as a process; resolves when all are ready. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { backends, dataDir, onReady, onExit } = options;
  await createHailTopics(backends.kafkaBrokers);
  const port = await freePort(options.port === 'preferred' ? 8080 : undefined);
  const env = {
    KAFKA_BROKERS: backends.kafkaBrokers.join(','),
    REDIS_URL: backends.redisUrl,
    SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
  };
  const start = (name: ProcessName): Supervised =>
    supervise({
      name,
      main: join(root, processes[name]),
      env: { ...env, ...(name === 'facade' && { PORT: String(port) }) },
      logFile: join(dataDir, 'logs', `${name}.log`),
      onReady: (ready, pid) => onReady?.(name, pid, ready['admin'] as string | undefined),
      onExit: (how, restarts) => onExit?.(name, how, restarts),
    });
  const names = Object.keys(processes) as ProcessName[];
  const supervised = Object.fromEntries(names.map((name) => [name, start(name)])) as Record<
    ProcessName,
    Supervised
  >;
  const all = Object.values(supervised);
  const stop = async () => {
    // The edge first, so that nothing more is accepted; then the services, at once.
    await supervised.facade.stop();
    await Promise.all(all.map((process) => process.stop()));
  };
  try {
    await Promise.all(all.map(({ ready }) => ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, supervised, stop };
}
