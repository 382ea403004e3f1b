import type { LogRecord, NewRecord } from './ports.ts';

/** Headers that a dead letter carries besides those it had. */
export const deadLetterHeader = {
  reason: 'dlq_reason',
  topic: 'dlq_topic',
  partition: 'dlq_partition',
  offset: 'dlq_offset',
  group: 'dlq_group',
  at: 'dlq_at',
} as const;

export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/** The record as it was, key, bytes and headers, with what is known about why it was set aside. */
export function deadLetter(
  record: LogRecord,
  group: string,
  reason: string,
  now: number,
): NewRecord {
  return {
    key: record.key,
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...record.headers,
      [deadLetterHeader.reason]: reason,
      [deadLetterHeader.topic]: record.topic,
      [deadLetterHeader.partition]: String(record.partition),
      [deadLetterHeader.offset]: String(record.offset),
      [deadLetterHeader.group]: group,
      [deadLetterHeader.at]: String(now),
    },
  };
}
