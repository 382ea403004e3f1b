import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/** What a process says of itself when it is ready. */
export type Ready = Readonly<Record<string, unknown>>;

export interface SupervisedOptions {
  readonly name: string;
  /** The file Node runs. */
  readonly main: string;
  /** Flags for Node, besides our own. */
  readonly flags?: readonly string[];
  /** Read anew at each start. */
  readonly env: () => NodeJS.ProcessEnv;
  /** Where its log goes; grows over restarts. */
  readonly logFile: string;
  /** It is ready: for the first time, or again after a restart. */
  readonly onReady?: (ready: Ready, pid: number) => void;
  /** It ended without having been asked to. */
  readonly onExit?: (how: string, restarts: boolean) => void;
}

export interface Supervised {
  readonly name: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Resolves when it is ready for the first time; rejects when it cannot be. */
  readonly ready: Promise<Ready>;
  stop(): Promise<void>;
}

/** A process ends with this status when starting it anew would not help. */
const HOPELESS = 2;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** A process that lived for so long may be started anew at once. */
const STABLE_AFTER = 10_000;
const STOP_WITHIN = 6_000;

/**
 * Keeps a process running: started anew whenever it ends, at growing intervals if it keeps ending.
 * It has a process group of its own, so that Ctrl-C reaches it only through us, and ends with us.
 */
export function supervise(options: SupervisedOptions): Supervised {
  const { name, main, env, logFile } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let pause = FIRST_PAUSE;
  let timer: NodeJS.Timeout | undefined;
  const first = Promise.withResolvers<Ready>();
  first.promise.catch(() => {});

  const start = () => {
    const began = Date.now();
    const log = openSync(logFile, 'a');
    const started = spawn(process.execPath, [...process.execArgv, ...(options.flags ?? []), main], {
      env: { ...process.env, ...env() },
      stdio: ['ignore', 'pipe', log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    child = started;
    createInterface({ input: started.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const ready = parseReady(line);
      if (ready === undefined) return;
      options.onReady?.(ready, started.pid ?? 0);
      first.resolve(ready);
    });
    started.once('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ?? `status ${code}`;
      if (code === HOPELESS) {
        stopping = true;
        options.onExit?.(how, false);
        first.reject(new Error(`${name} cannot run; the end of ${logFile} says why`));
        return;
      }
      options.onExit?.(how, true);
      restarts += 1;
      pause = Date.now() - began > STABLE_AFTER ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      timer = setTimeout(start, pause);
    });
  };
  start();

  return {
    name,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    ready: first.promise,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGTERM');
      // A process that was stopped (SIGSTOP) would not hear of it otherwise.
      running.kill('SIGCONT');
      const kill = setTimeout(() => running.kill('SIGKILL'), STOP_WITHIN);
      await ended;
      clearTimeout(kill);
    },
  };
}

function parseReady(line: string): Ready | undefined {
  try {
    const message = JSON.parse(line) as Ready;
    return message['ready'] === true ? message : undefined;
  } catch {
    return undefined;
  }
}
