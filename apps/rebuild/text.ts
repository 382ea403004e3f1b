import type { Differing } from './compare.ts';
import type { ShardReport } from './rebuild.ts';

const LONGEST_VALUE = 200;
const number = new Intl.NumberFormat('en');

/** Events per second, in words. */
export function rate(events: number, milliseconds: number): string {
  return `${number.format(Math.round((1_000 * events) / Math.max(milliseconds, 1)))} events/s`;
}

/** An aggregate that differs, a line for each field. */
export function differingLines(shard: string, { id, differences }: Differing): string {
  const value = (of: unknown) => {
    const text = of === undefined ? 'nothing' : JSON.stringify(of);
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  };
  return differences
    .map(
      ({ path, living, rebuilt }) =>
        `  ${shard} ${id} ${path}: ${value(living)} → ${value(rebuilt)}`,
    )
    .join('\n');
}

/** What became of a shard, in a line. */
export function shardLine(report: ShardReport): string {
  const { shard, events, milliseconds, differing, uncompared, switched, tries } = report;
  const moved = uncompared > 0 ? `, ${uncompared} changed too fast to be compared` : '';
  const over =
    switched === undefined
      ? 'left as it was'
      : `switched over${tries > 1 ? ` at the ${tries}th try` : ''}${switched === 'restarted' ? '; its owner begins anew on it' : ''}`;
  const folded = `${number.format(events)} events, ${rate(events, milliseconds)}`;
  return `${shard}: ${folded}, ${differing} differ${moved}; ${over}`;
}

/** The end of a rebuild, in a line. `memory` is the most that was resident, in kilobytes. */
export function totalLine(
  reports: readonly ShardReport[],
  milliseconds: number,
  memory: number,
): string {
  const sum = (of: (report: ShardReport) => number) => reports.reduce((n, r) => n + of(r), 0);
  const events = sum((report) => report.events);
  const differing = sum((report) => report.differing);
  const seconds = (milliseconds / 1_000).toFixed(1);
  return `${number.format(events)} events in ${seconds} s (${rate(events, milliseconds)}), at most ${Math.round(memory / 1_024)} MB of memory; ${differing === 0 ? 'the models were equal' : `aggregates that differed: ${number.format(differing)}`}`;
}
