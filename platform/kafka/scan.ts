import type { Fetched, PartitionOffset, PartitionRange, TopicReader } from './topic-reader.ts';

const WAIT = 500;

/**
 * Reads partitions from `start` up to `end`, in order within each, and ends. The next fetch is under way while
 * what the last one brought is being worked on; memory is bounded by two fetches.
 */
export async function* scan(
  reader: TopicReader,
  ranges: readonly PartitionRange[],
): AsyncGenerator<Fetched> {
  const left = new Map<string, { at: PartitionOffset; end: number }>();
  for (const { topic, partition, start, end } of ranges) {
    if (start < end)
      left.set(`${topic}/${partition}`, { at: { topic, partition, offset: start }, end });
  }
  const fetch = () =>
    reader.fetch(
      [...left.values()].map(({ at }) => at),
      WAIT,
    );
  let next = left.size > 0 ? fetch() : undefined;
  while (next !== undefined) {
    const all = await next;
    for (const { topic, partition, next: offset } of all) {
      const key = `${topic}/${partition}`;
      const held = left.get(key);
      if (held === undefined) continue;
      if (offset >= held.end) left.delete(key);
      else left.set(key, { at: { topic, partition, offset }, end: held.end });
    }
    next = left.size > 0 ? fetch() : undefined;
    // Whoever stops reading must not leave a rejection behind that nobody sees.
    next?.catch(() => {});
    for (const fetched of all) {
      const end = ranges.find(
        (range) => range.topic === fetched.topic && range.partition === fetched.partition,
      )?.end;
      const records = fetched.records.filter(({ offset }) => offset < (end ?? 0));
      if (records.length > 0) yield { ...fetched, records };
    }
  }
}
