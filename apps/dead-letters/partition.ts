import { scan } from '../../platform/kafka/scan.ts';
import type { PartitionRange, TopicReader } from '../../platform/kafka/topic-reader.ts';
import { LetterBook } from '../../platform/log/letter-book.ts';
import type { LogRecord } from '../../platform/log/ports.ts';

/** A partition of a dead-letter topic, and what has been read of it. */
export interface LetterPartition {
  readonly topic: string;
  readonly partition: number;
  readonly start: number;
  readonly book: LetterBook;
}

/** Opens the partitions of dead-letter topics and reads what they say about their letters. */
export async function openPartitions(
  reader: TopicReader,
  topics: readonly string[],
): Promise<readonly LetterPartition[]> {
  if (topics.length === 0) return [];
  const ranges = await reader.ranges(topics);
  const partitions: LetterPartition[] = [];
  for (const range of ranges) {
    const { topic, partition, start } = range;
    const opened = { topic, partition, start, book: new LetterBook() };
    opened.book.next = start;
    await readTo(reader, opened, range.end);
    partitions.push(opened);
  }
  return partitions;
}

/** Reads on to the present end. */
export async function readOn(reader: TopicReader, opened: LetterPartition): Promise<void> {
  const ranges = await reader.ranges([opened.topic]);
  const range = ranges.find(({ partition }) => partition === opened.partition);
  await readTo(reader, opened, range?.end ?? 0);
}

async function readTo(reader: TopicReader, opened: LetterPartition, end: number): Promise<void> {
  const { topic, partition, book } = opened;
  const range: PartitionRange = { topic, partition, start: book.next, end };
  for await (const { records } of scan(reader, [range])) {
    for (const record of records) book.read(record);
  }
}

/** Gives records by offset; those that stand together come from Kafka together. */
export function recordsOf(
  reader: TopicReader,
  { topic, partition }: Pick<LetterPartition, 'topic' | 'partition'>,
): (offset: number) => Promise<LogRecord | undefined> {
  let held = new Map<number, LogRecord>();
  return async (offset) => {
    if (!held.has(offset)) {
      const [fetched] = await reader.fetch([{ topic, partition, offset }], 0);
      held = new Map(fetched?.records.map((record) => [record.offset, record]));
    }
    return held.get(offset);
  };
}
