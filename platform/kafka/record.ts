import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../log/ports.ts';
import type { FetchedPartition } from './fetch-response.ts';
import { FetchedMessage } from './fetched-record.ts';
import type { Fetched, PartitionOffset } from './topic-reader.ts';

/** A record as the kernel sees it. Of a header that occurs twice the last value counts; one without a value counts as none. */
export function toRecord(
  topic: string,
  partition: number,
  message: KafkaMessage | FetchedMessage,
): LogRecord {
  if (message instanceof FetchedMessage) return message.record;
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value,
    headers: toHeaders(message.headers),
    timestamp: Number(message.timestamp),
  };
}

/** What was asked for, of what has come: a batch comes whole, also when the offset asked for is in its middle. */
export function toFetched(
  { topic, partition, offset }: PartitionOffset,
  { highWatermark, messages }: Pick<FetchedPartition, 'highWatermark' | 'messages'>,
): Fetched {
  const wanted = messages.filter((message) => Number(message.offset) >= offset);
  const last = wanted.at(-1);
  const records = wanted
    .filter(({ isControlRecord }) => !isControlRecord)
    .map((message) => toRecord(topic, partition, message));
  const next = last === undefined ? offset : Number(last.offset) + 1;
  return { topic, partition, records, next, end: Number(highWatermark) };
}

function toHeaders(headers: IHeaders | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  if (headers === undefined) return result;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last != null) result[name] = last.toString();
  }
  return result;
}
