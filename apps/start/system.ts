import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Addresses } from '../../infra/backends/index.ts';
import { freePort } from '../../infra/backends/ports.ts';
import { createHailTopics } from '../../infra/create-topics.ts';
import { giveWay } from './priority.ts';
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
const consoleMain = 'apps/console/web/main.ts';
/** It passes much on and keeps little: collected often, it stays below 150 MB. */
const consoleFlags = ['--max-semi-space-size=1', '--max-old-space-size=96'];

export type ProcessName = keyof typeof processes;
/** The processes of which there can be more than one. */
export type ServiceName = Exclude<ProcessName, 'facade'>;
/** The processes that listen for others, and the ports they take if they are free. */
const preferredPorts = { facade: 8080, console: 8090 } as const;

export interface Console {
  readonly url: string;
  readonly token: string;
  readonly supervised: Supervised;
}

export interface System {
  /** The API, as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The web console, as `http://127.0.0.1:8090`, and what writing in it needs; `undefined` if left out. */
  readonly console: Console | undefined;
  readonly supervised: Readonly<Record<ProcessName, Supervised>>;
  /** Starts one more instance of a service, which shares its work. Ends with the system, or before. */
  join(name: ServiceName): Supervised;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly backends: Addresses;
  /** Logs go to `logs` in it. */
  readonly dataDir: string;
  /** The ports of the API and the console: 8080 and 8090 if they are free, or any. */
  readonly port: 'preferred' | 'free';
  /** Whether to start the web console as well. */
  readonly console?: boolean;
  readonly onReady?: (
    name: ProcessName | 'console',
    pid: number,
    admin: string | undefined,
  ) => void;
  readonly onExit?: (name: ProcessName | 'console', how: string, restarts: boolean) => void;
  /** Aborted, it stops what it has started so far, and rejects. */
  readonly signal?: AbortSignal;
}

const compileCache = join(root, 'node_modules', '.cache', 'compiled');

/**
 * No threads of their own for collecting, which on two cores take as much time and 10 MB and more.
 * Room for what has just been made, in MB, and for what has been kept, as a share of what is in use: V8 would let the one
 * grow to 16 MB or more and the other to four times what is needed, which makes 60 MB and more in each service.
 */
const serviceFlags = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=15',
  '--single-threaded-gc',
];

/** Creates the topics and starts services, facade and console, each as a process; resolves when all are ready. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { backends, dataDir, onReady, onExit } = options;
  await createHailTopics(backends.kafkaBrokers);
  const ports: Record<string, number> = {};
  for (const [name, port] of Object.entries(preferredPorts)) {
    ports[name] = await freePort(options.port === 'preferred' ? port : undefined);
  }
  const token = randomBytes(18).toString('base64url');
  const env = {
    KAFKA_BROKERS: backends.kafkaBrokers.join(','),
    REDIS_URL: backends.redisUrl,
    SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
    // Compiled code is kept: processes start sooner, and without what strips the types (20 MB each).
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache,
  };
  const start = (name: ProcessName | 'console', place = ''): Supervised => {
    let wasReady = false;
    /** The instances started here that may still be members of their groups: the last is the one that runs. */
    let instances: string[] = [];
    return supervise({
      name,
      main: join(root, name === 'console' ? consoleMain : processes[name]),
      flags: name === 'console' ? consoleFlags : serviceFlags,
      env() {
        const predecessors = instances.join();
        const instance = `${name}-${randomBytes(3).toString('hex')}`;
        instances.push(instance);
        return {
          ...env,
          HAIL_INSTANCE: instance,
          HAIL_PREDECESSORS: predecessors,
          ...(name in ports && { PORT: String(ports[name]) }),
          ...(name === 'console' && { HAIL_CONSOLE_TOKEN: token, HAIL_DATA_DIR: dataDir }),
        };
      },
      logFile: join(dataDir, 'logs', `${name}${place}.log`),
      onReady(ready, pid) {
        wasReady = true;
        // What has been accepted can wait; who asks cannot.
        if (name !== 'facade') void giveWay(pid);
        instances = instances.slice(-1);
        if (place === '') onReady?.(name, pid, ready['admin'] as string | undefined);
      },
      onExit(how, restarts) {
        onExit?.(name, how, restarts);
        // Somebody else may have taken the port since it was found to be free.
        if (name in ports && !wasReady) void freePort().then((free) => (ports[name] = free));
      },
    });
  };
  const names = Object.keys(processes) as ProcessName[];
  const supervised = Object.fromEntries(names.map((name) => [name, start(name)])) as Record<
    ProcessName,
    Supervised
  >;
  const webConsole = options.console ? start('console') : undefined;
  const all = [...Object.values(supervised), ...(webConsole ? [webConsole] : [])];
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
    url: `http://127.0.0.1:${ports['facade']}`,
    console: webConsole && {
      url: `http://127.0.0.1:${ports['console']}`,
      token,
      supervised: webConsole,
    },
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
