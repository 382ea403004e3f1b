import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, startTime } from './backends/processes.ts';
import type { Addresses } from './backends/types.ts';

/** What `.hail/run.json` says while the system runs. */
export interface Run extends Addresses {
  /** The process of `npm start`, and when it began, as the system writes it. */
  readonly pid: number;
  readonly startedAt: string;
  /** `external`, `local` or `docker`. */
  readonly provider: string;
  /** The API. */
  readonly url: string;
  /** The web console, if it was started. */
  readonly console?: string;
  /** Per service process: `/readyz` and `/metrics` of the one running now. */
  readonly services: Readonly<Record<string, { readonly pid: number; readonly admin?: string }>>;
  /** The same of Kafka, the registry and Redis, where they are processes of this start. */
  readonly servers: Readonly<Record<string, { readonly pid: number }>>;
}

const fileIn = (dataDir: string): string => join(dataDir, 'run.json');

/** The run that is under way, if there is one; what a killed one has left behind does not count. */
export function runningStart(dataDir: string): Run | undefined {
  const run = notedStart(dataDir);
  return run !== undefined && isRunning(run) ? run : undefined;
}

/** What the last run that did not end by itself has noted, without looking whether it is still there. */
export function notedStart(dataDir: string): Run | undefined {
  if (!existsSync(fileIn(dataDir))) return undefined;
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Run;
  } catch {
    return undefined;
  }
}

/** Says where everything is; overwrites what was said before. */
export function writeRun(dataDir: string, run: Omit<Run, 'pid' | 'startedAt'>): void {
  mkdirSync(dataDir, { recursive: true });
  const startedAt = startTime(process.pid) ?? '';
  writeFileSync(
    fileIn(dataDir),
    `${JSON.stringify({ pid: process.pid, startedAt, ...run }, null, 2)}\n`,
  );
}

export function removeRun(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}
