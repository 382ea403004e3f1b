import type { PartitionOffset, PartitionRange } from '../../../platform/kafka/topic-reader.ts';
import type { Connection } from './connect.ts';
import { Problem } from './problem.ts';

/** Where reading begins: in every partition at an offset, a time (milliseconds since 1970), or its first or next record. */
export type Beginning =
  | { readonly at: 'beginning' | 'end' }
  | { readonly at: 'offset'; readonly offset: number }
  | { readonly at: 'time'; readonly time: number }
  /** Each partition at its own; one that is not named at its end. */
  | { readonly at: 'places'; readonly places: readonly PartitionOffset[] };

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads `beginning`, `end`, an offset such as `1200`, a time such as `2026-05-01T12:00:00Z`, or how long ago, such
 * as `10m`. Throws a {@link Problem}.
 */
export function parseBeginning(text: string, now: number): Beginning {
  if (text === 'beginning' || text === 'end') return { at: text };
  if (/^\d{1,15}$/.test(text)) return { at: 'offset', offset: Number(text) };
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return { at: 'time', time: now - Number(count) * (UNITS[unit] ?? 0) };
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return { at: 'time', time };
  throw new Problem(
    'usage',
    `"${text}" is no place to begin at: it may be beginning, end, an offset, a time such as 2026-05-01T12:00:00Z, or 10m for ten minutes ago.`,
  );
}

/** The offset at which each partition begins, within what it has. */
export async function resolveBeginning(
  { reader }: Pick<Connection, 'reader'>,
  ranges: readonly PartitionRange[],
  beginning: Beginning,
): Promise<readonly PartitionOffset[]> {
  const names = [...new Set(ranges.map(({ topic }) => topic))];
  const timed = beginning.at === 'time' ? await reader.offsetsAt(names, beginning.time) : [];
  const places = beginning.at === 'places' ? beginning.places : timed;
  return ranges.map(({ topic, partition, start, end }) => {
    const place = places.find((at) => at.topic === topic && at.partition === partition);
    const wanted =
      beginning.at === 'beginning'
        ? start
        : beginning.at === 'offset'
          ? beginning.offset
          : (place?.offset ?? end);
    return { topic, partition, offset: Math.min(Math.max(wanted, start), end) };
  });
}
