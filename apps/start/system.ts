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
/** The processes of which there can be more than one. */
export type ServiceName = Exclude<ProcessName, 'facade'>;

export interface System {
  /** The API, as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly supervised: Readonly<Record<ProcessName, Supervised>>;
  /** Starts one more instance of a service, which shares its work. Ends with the system, or before. */
  join(name: ServiceName): Supervised;
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
  /** Aborted, it stops what it has started so far, and rejects. */
  readonly signal?: AbortSignal;
}

/** Creates the topics and starts services and facade, each as a process; resolves when all are ready. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { backends, dataDir, onReady, onExit } = options;
  await createHailTopics(backends.kafkaBrokers);
  let port = await freePort(options.port === 'preferred' ? 8080 : undefined);
  const env = {
    KAFKA_BROKERS: backends.kafkaBrokers.join(','),
    REDIS_URL: backends.redisUrl,
    SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
  };
  const start = (name: ProcessName, place = ''): Supervised => {
    let wasReady = false;
    return supervise({
      name,
      main: join(root, processes[name]),
      env: () => ({ ...env, ...(name === 'facade' && { PORT: String(port) }) }),
      logFile: join(dataDir, 'logs', `${name}${place}.log`),
      onReady(ready, pid) {
        wasReady = true;
        if (place === '') onReady?.(name, pid, ready['admin'] as string | undefined);
      },
      onExit(how, restarts) {
        onExit?.(name, how, restarts);
        // Somebody else may have taken the port since it was found to be free.
        if (name === 'facade' && !wasReady) void freePort().then((free) => (port = free));
      },
    });
  };
  const names = Object.keys(processes) as ProcessName[];
  const supervised = Object.fromEntries(names.map((name) => [name, start(name)])) as Record<
    ProcessName,
    Supervised
  >;
  const all = Object.values(supervised);
  const more: Supervised[] = [];
  const stop = async () => {
    // The edge first, so that nothing more is accepted; then the services, at once.
    await supervised.facade.stop();
    await Promise.all([...all, ...more].map((process) => process.stop()));
  };
  try {
    await Promise.race([Promise.all(all.map(({ ready }) => ready)), aborted(options.signal)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    supervised,
    join(name) {
      const instance = start(name, `-${more.length + 2}`);
      more.push(instance);
      return instance;
    },
    stop,
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('stopped while starting'));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
  });
}
