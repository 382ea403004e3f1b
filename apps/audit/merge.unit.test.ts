import { expect, it } from 'vitest';
import type { PartitionRange, TopicReader } from '../../platform/kafka/topic-reader.ts';
import type { LogRecord } from '../../platform/log/ports.ts';
import { merged } from './merge.ts';

/** Three partitions with these times, of which a fetch brings two records at most. */
const times: Readonly<Record<string, readonly number[]>> = {
  a: [1, 4, 5, 9, 10],
  b: [2, 3, 8, 7, 11],
  c: [],
};

const reader: Pick<TopicReader, 'fetch'> = {
  async fetch(from) {
    return from.map(({ topic, partition, offset }) => {
      const some = (times[topic] ?? []).slice(offset, offset + 2);
      const records = some.map(
        (timestamp, i) => ({ topic, partition, offset: offset + i, timestamp }) as LogRecord,
      );
      return { topic, partition, records, next: offset + some.length, end: 5 };
    });
  },
};

it('merges by time, keeps the order of each partition, and stops at the ends', async () => {
  const range = (topic: string, end: number): PartitionRange => ({
    topic,
    partition: 0,
    start: 0,
    end,
  });
  const seen: string[] = [];
  for await (const batch of merged(reader, [range('a', 4), range('b', 5), range('c', 0)])) {
    for (const { topic, timestamp } of batch) seen.push(`${topic}${timestamp}`);
  }
  expect(seen).toEqual(['a1', 'b2', 'b3', 'a4', 'a5', 'b8', 'b7', 'a9', 'b11']);
});
