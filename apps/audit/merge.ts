import TinyQueue from 'tinyqueue';
import type { PartitionRange, TopicReader } from '../../platform/kafka/topic-reader.ts';
import type { LogRecord } from '../../platform/log/ports.ts';

interface Source extends PartitionRange {
  /** Where the next fetch goes on. */
  next: number;
  records: readonly LogRecord[];
  at: number;
}

const WAIT = 500;

/**
 * Reads partitions up to their `end`, merged by the records' times: in order within each partition,
 * and nearly so between them, so that an effect comes soon after its cause. Memory is bounded by two
 * fetches per partition.
 */
export async function* merged(
  reader: Pick<TopicReader, 'fetch'>,
  ranges: readonly PartitionRange[],
): AsyncGenerator<readonly LogRecord[]> {
  const open = new Map<string, Source>();
  for (const range of ranges) {
    if (range.start < range.end)
      open.set(`${range.topic}/${range.partition}`, {
        ...range,
        next: range.start,
        records: [],
        at: 0,
      });
  }
  const heads = new TinyQueue<Source>([], (a, b) => timeOf(a) - timeOf(b));
  let empty = [...open.values()];
  while (open.size > 0) {
    await refill(reader, empty);
    for (const source of empty) heads.push(source);
    empty = [];
    const batch: LogRecord[] = [];
    while (empty.length === 0) {
      const source = heads.pop();
      if (source === undefined) break;
      const until = heads.peek();
      const limit = until === undefined ? Number.POSITIVE_INFINITY : timeOf(until);
      while (source.at < source.records.length && timeOf(source) <= limit) {
        batch.push(source.records[source.at] as LogRecord);
        source.at += 1;
      }
      if (source.at < source.records.length) heads.push(source);
      else if (source.next < source.end) empty.push(source);
      else open.delete(`${source.topic}/${source.partition}`);
    }
    if (batch.length > 0) yield batch;
  }
}

function timeOf({ records, at }: Source): number {
  return records[at]?.timestamp ?? Number.POSITIVE_INFINITY;
}

/** Fetches until each of `empty` has records again; what a reader has brought of others it keeps out. */
async function refill(reader: Pick<TopicReader, 'fetch'>, empty: readonly Source[]): Promise<void> {
  let left = empty;
  while (left.length > 0) {
    const places = left.map(({ topic, partition, next }) => ({ topic, partition, offset: next }));
    for (const fetched of await reader.fetch(places, WAIT)) {
      const source = left.find(
        ({ topic, partition }) => topic === fetched.topic && partition === fetched.partition,
      );
      if (source === undefined) continue;
      source.next = fetched.next;
      source.records = fetched.records.filter(({ offset }) => offset < source.end);
      source.at = 0;
    }
    left = left.filter(({ records, at, next, end }) => at >= records.length && next < end);
  }
}
