import { scan } from '../../platform/kafka/scan.ts';
import type { TopicReader } from '../../platform/kafka/topic-reader.ts';
import { deadLetterHeader, topicOfLetters } from '../../platform/log/dead-letter.ts';
import { receive } from '../../platform/log/envelope.ts';
import type { LetterStatus } from '../../platform/log/letter-book.ts';
import type { Codec, LogRecord } from '../../platform/log/ports.ts';
import { cameFrom, readMarker, redrivesOf } from '../../platform/log/redrive.ts';
import type { Coordinate } from '../../platform/messaging/message.ts';
import { type LetterPartition, openPartitions, recordsOf } from './partition.ts';

/** A message that was set aside, and what is known about it. */
export interface DeadLetter {
  readonly at: Coordinate;
  readonly key: string;
  readonly reason: string;
  /** The consumer group that set it aside. */
  readonly group: string;
  /** Where it stood; `undefined` if the letter does not say. */
  readonly from: Coordinate | undefined;
  /** Where a redrive sends it. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly setAsideAt: number;
  /** How often it had been redriven before it became this letter. */
  readonly redrives: number;
  readonly status: LetterStatus;
  /** The offset of the marker under which it was sent back; its message's origin has it. */
  readonly marker: number | undefined;
  readonly message:
    | { readonly type: string; readonly data: object }
    | { readonly unreadable: string };
  /** Key, bytes and all headers. */
  readonly record: LogRecord;
}

/**
 * The letters of dead-letter topics, partition after partition, in order, as far as they reached at the
 * call. Memory grows by a few bytes a letter. Waits while the registry is away.
 */
export async function* listDeadLetters(
  reader: TopicReader,
  codec: Codec,
  topics: readonly string[],
): AsyncGenerator<DeadLetter> {
  for (const opened of await openPartitions(reader, topics)) {
    const { topic, partition, start, book } = opened;
    for await (const { records } of scan(reader, [{ topic, partition, start, end: book.next }])) {
      for (const record of records) {
        if (readMarker(record) === undefined) yield describe(codec, opened, record);
      }
    }
  }
}

/** One letter; `undefined` if there is none at this place. */
export async function findDeadLetter(
  reader: TopicReader,
  codec: Codec,
  { topic, partition, offset }: Coordinate,
): Promise<DeadLetter | undefined> {
  const all = await openPartitions(reader, [topic]);
  const opened = all.find((one) => one.partition === partition);
  if (opened?.book.status(offset) === undefined) return undefined;
  const record = await recordsOf(reader, opened)(offset);
  return record === undefined ? undefined : describe(codec, opened, record);
}

async function describe(
  codec: Codec,
  { book }: LetterPartition,
  record: LogRecord,
): Promise<DeadLetter> {
  const { topic, partition, offset, key, headers } = record;
  return {
    at: { topic, partition, offset },
    key,
    reason: headers[deadLetterHeader.reason] ?? 'not given',
    group: headers[deadLetterHeader.group] ?? 'unknown',
    from: cameFrom(record),
    to: topicOfLetters(topic),
    setAsideAt: Number(headers[deadLetterHeader.at] ?? record.timestamp),
    redrives: redrivesOf(record),
    status: book.status(offset) ?? 'open',
    marker: book.markerOf(offset),
    message: await decoded(codec, record),
    record,
  };
}

async function decoded(codec: Codec, record: LogRecord): Promise<DeadLetter['message']> {
  try {
    const { type, data } = await receive(codec, record);
    return { type, data };
  } catch (error) {
    return { unreadable: (error as Error).message };
  }
}
