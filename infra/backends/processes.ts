import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackendError } from './types.ts';

const STOP_WITHIN = 8_000;

/** A process by id and start time: an id alone may meanwhile be another's. */
export interface ProcessId {
  readonly pid: number;
  readonly startedAt: string;
}

/** When the process started, as the system writes it; `undefined` when there is none. */
export function startTime(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

export function isRunning({ pid, startedAt }: ProcessId): boolean {
  return startTime(pid) === startedAt;
}

/** Asks a process to end, and ends it after 8 s. */
export async function stopProcess(pid: number): Promise<void> {
  const send = (signal: NodeJS.Signals | 0) => {
    try {
      process.kill(pid, signal);
      return true;
    } catch {
      return false;
    }
  };
  if (!send('SIGTERM')) return;
  for (const until = Date.now() + STOP_WITHIN; Date.now() < until; ) {
    if (!send(0)) return;
    await delay(25);
  }
  send('SIGKILL');
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly pid: number;
  /** Resolves when `probe` does; rejects with the end of the log when the process ends first. */
  ready(probe: () => Promise<void>, within: number): Promise<void>;
}

/** Starts a server in a process group of its own, so that Ctrl-C does not reach it, output to a file. */
export function startServer({ name, command, args, cwd, logFile, env }: ServerCommand): Server {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended (${signal ?? `status ${code}`})`;
  });
  child.unref();
  const failure = (what: string) => {
    const tail = existsSync(logFile)
      ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15)
      : [];
    return new BackendError(
      `${name} did not start: ${what}. The end of ${logFile}:\n${tail.join('\n')}`,
    );
  };
  if (child.pid === undefined) throw failure(`${command} cannot be run`);
  return {
    pid: child.pid,
    async ready(probe, within) {
      let last: unknown;
      for (const until = Date.now() + within; Date.now() < until; ) {
        if (ended !== undefined) throw failure(ended);
        try {
          await probe();
          return;
        } catch (error) {
          last = error;
        }
        await delay(40);
      }
      throw failure(`not ready within ${within / 1000} s (${String(last)})`);
    },
  };
}

/** Notes the processes of a start beside its data, so that a later one can end those left over. */
export function noteProcesses(dataDir: string, pids: readonly number[]): void {
  const ids = pids.map((pid) => ({ pid, startedAt: startTime(pid) ?? '' }));
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(ids));
}

/** Ends exactly the processes that an earlier start noted and did not live to stop. */
export async function stopLeftovers(dataDir: string): Promise<number> {
  const file = join(dataDir, 'processes.json');
  if (!existsSync(file)) return 0;
  const left = (JSON.parse(readFileSync(file, 'utf8')) as ProcessId[]).filter(isRunning);
  await Promise.all(left.map(({ pid }) => stopProcess(pid)));
  rmSync(file, { force: true });
  return left.length;
}
