import { readFileSync } from 'node:fs';

/** The kernel counts a process's time in hundredths of a second, whatever its own clock does (USER_HZ). */
const TICK_MS = 10;

/**
 * CPU milliseconds that a process has used so far, in user and system mode, all its threads together.
 * Reads `/proc`, so it needs Linux; throws when there is no such process.
 */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What each process has used since the call, by name. */
export function watchCpu(
  pids: Readonly<Record<string, number>>,
): () => Readonly<Record<string, number>> {
  const names = Object.keys(pids);
  const read = () => names.map((name) => cpuOf(pids[name] as number));
  const before = read();
  return () =>
    Object.fromEntries(read().map((used, i) => [names[i], used - (before[i] as number)]));
}
