import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../log/ports.ts';
import { FetchedMessage } from './fetched-record.ts';

/** A record as the kernel sees it. Of a header that occurs twice the last value counts; one without a value counts as none. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
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
