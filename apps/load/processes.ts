import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryMb: number;
}

const TICKS_PER_SECOND = 100;
const PAGE_MB = 4_096 / 2 ** 20;

/** Reads what processes have used; those that have ended are left out. */
export function usageOf(pids: readonly number[]): ReadonlyMap<number, Usage> {
  if (process.platform === 'linux') {
    return new Map(pids.flatMap((pid) => fromProc(pid).map((usage) => [pid, usage] as const)));
  }
  const columns = ['-o', 'pid=,rss=,time=', '-p', pids.join(',')];
  const rows = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split('\n');
  return new Map(rows.map(fromPs));
}

/** proc(5): fields 14 and 15 of `stat` are the time used, in hundredths of a second; 24 the memory. */
function fromProc(pid: number): readonly Usage[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (n: number) => Number(fields[n - 3]);
    return [
      { cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND, memoryMb: field(24) * PAGE_MB },
    ];
  } catch {
    return [];
  }
}

/** `  123  45678  1:02.34`: the id, the memory in kB and the time used. */
function fromPs(row: string): readonly [number, Usage] {
  const [pid, kilobytes, time = '0'] = row.trim().split(/\s+/);
  const cpuSeconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return [Number(pid), { cpuSeconds, memoryMb: Number(kilobytes) / 1_024 }];
}

/** CPU as a share of one core. */
export interface ProcessRow {
  readonly process: string;
  readonly cpuShare: number;
  readonly memoryMb: { readonly first: number; readonly most: number; readonly last: number };
}

/** Follows what named processes use; one that is started anew counts on under its name. */
export class ProcessWatch {
  readonly #began = performance.now();
  readonly #seen = new Map<
    string,
    { cpu: number; last: Usage; pid: number; first: number; most: number }
  >();

  sample(pids: Readonly<Record<string, number>>): void {
    const usage = usageOf(Object.values(pids));
    for (const [name, pid] of Object.entries(pids)) {
      const now = usage.get(pid);
      if (now === undefined) continue;
      const { memoryMb } = now;
      const seen = this.#seen.get(name);
      if (seen === undefined) {
        this.#seen.set(name, { cpu: 0, last: now, pid, first: memoryMb, most: memoryMb });
        continue;
      }
      seen.cpu += now.cpuSeconds - (seen.pid === pid ? seen.last.cpuSeconds : 0);
      seen.most = Math.max(seen.most, memoryMb);
      seen.last = now;
      seen.pid = pid;
    }
  }

  rows(): readonly ProcessRow[] {
    const seconds = (performance.now() - this.#began) / 1_000;
    const whole = Math.round;
    return [...this.#seen].map(([name, { cpu, first, most, last }]) => ({
      process: name,
      cpuShare: whole((cpu / seconds) * 1_000) / 1_000,
      memoryMb: { first: whole(first), most: whole(most), last: whole(last.memoryMb) },
    }));
  }
}
