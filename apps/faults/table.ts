import type { Effect } from './watch.ts';

export interface Done extends Effect {
  readonly name: string;
  readonly recoversWithin: number;
}

/** All the times that one fault was done. Seconds. */
export interface FaultRow {
  readonly fault: string;
  readonly times: number;
  readonly slowestRecovery: number | null;
  readonly longestStall: number;
  readonly tripsAffected: number;
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

/** One row a fault, in the order of the first time; `slowestRecovery` is `null` if it did not recover. */
export function toRows(done: readonly Done[]): FaultRow[] {
  return [...Map.groupBy(done, ({ name }) => name)].map(([fault, all]) => {
    const recoveries = all.map(({ recoveredAfter }) => recoveredAfter);
    return {
      fault,
      times: all.length,
      slowestRecovery: recoveries.includes(undefined)
        ? null
        : seconds(Math.max(...recoveries.map((after) => after ?? 0))),
      longestStall: seconds(Math.max(...all.map(({ longestStall }) => longestStall))),
      tripsAffected: all.reduce((sum, { affected }) => sum + affected, 0),
    };
  });
}

/** Rows as a table in Markdown, which reads well on a terminal too. */
export function toTable(rows: readonly FaultRow[]): string {
  const head = ['fault', 'times', 'normal again after', 'longest stall', 'trips affected'];
  const lines = rows.map((row) => [
    row.fault,
    String(row.times),
    row.slowestRecovery === null ? 'not in time' : `${row.slowestRecovery} s`,
    `${row.longestStall} s`,
    String(row.tripsAffected),
  ]);
  const widths = head.map((name, i) =>
    Math.max(name.length, ...lines.map((line) => (line[i] as string).length)),
  );
  const format = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [format(head), rule, ...lines.map(format)].join('\n');
}

/** What took longer than it may, one sentence each. */
export function tooSlow(done: readonly Done[]): string[] {
  return done.flatMap(({ name, recoveredAfter, recoversWithin }) => {
    if (recoveredAfter !== undefined && recoveredAfter <= recoversWithin) return [];
    const took =
      recoveredAfter === undefined ? 'not normal in time' : `${seconds(recoveredAfter)} s`;
    return [`${name}: latency was ${took} after its end; ${seconds(recoversWithin)} s are allowed`];
  });
}
