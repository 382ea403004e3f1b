import { join } from 'node:path';
import { type Ready, supervise } from '../../apps/start/supervisor.ts';

const root = join(import.meta.dirname, '..', '..');

/** A process of ours that runs for a bench. */
export interface ServiceProcess {
  readonly name: string;
  /** What it said when it was ready. */
  readonly ready: Ready;
  readonly pid: number;
  /** Resolves when it has been started anew and is ready again. */
  again(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a file of this repository as `npm start` would. Rejects when it cannot run. */
export async function startServiceProcess(options: {
  readonly name: string;
  /** Relative to the repository. */
  readonly main: string;
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  /** It ended without having been asked to. */
  readonly onExit: (how: string) => void;
}): Promise<ServiceProcess> {
  const { name, main, env, dataDir, onExit } = options;
  let onReady = () => {};
  const process = supervise({
    name,
    main: join(root, main),
    env: () => env,
    logFile: join(dataDir, 'logs', `${name}.log`),
    onReady: () => onReady(),
    onExit: (how) => onExit(how),
  });
  const ready = await process.ready.catch(async (error: unknown) => {
    await process.stop();
    throw error;
  });
  return {
    name,
    ready,
    get pid() {
      return process.pid ?? 0;
    },
    again: () =>
      new Promise((resolve) => {
        onReady = resolve;
      }),
    stop: () => process.stop(),
  };
}
