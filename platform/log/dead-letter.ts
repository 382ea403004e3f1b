import type { Headers } from './headers.ts';
import type { LogRecord, NewRecord } from './ports.ts';

/** Headers that a dead letter carries besides those it had. */
export const deadLetterHeader = {
  reason: 'dlq_reason',
  topic: 'dlq_topic',
  partition: 'dlq_partition',
  offset: 'dlq_offset',
  group: 'dlq_group',
  at: 'dlq_at',
  /** How often the message has been redriven; the message carries it along, so it survives failing again. */
  redrives: 'dlq_redrives',
} as const;

const SUFFIX = '.dlq';

export function deadLetterTopic(topic: string): string {
  return `${topic}${SUFFIX}`;
}

/**
 * Where the letters of a dead-letter topic go back to: the inbox (or stream) it belongs to. An event of
 * a subscribed log that could not be decided goes there too, because only its owner writes to that log.
 */
export function topicOfLetters(deadLetters: string): string {
  if (!deadLetters.endsWith(SUFFIX)) throw new Error(`${deadLetters} is no topic of dead letters`);
  return deadLetters.slice(0, -SUFFIX.length);
}

/** The headers of a message without what dead-letter topics add, but with how often it was redriven. */
export function ownHeaders(headers: Headers): Record<string, string> {
  const { redrives } = deadLetterHeader;
  const own = Object.entries(headers).filter(
    ([name]) => !name.startsWith('dlq_') || name === redrives,
  );
  return Object.fromEntries(own);
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
      ...ownHeaders(record.headers),
      [deadLetterHeader.reason]: reason,
      [deadLetterHeader.topic]: record.topic,
      [deadLetterHeader.partition]: String(record.partition),
      [deadLetterHeader.offset]: String(record.offset),
      [deadLetterHeader.group]: group,
      [deadLetterHeader.at]: String(now),
    },
  };
}
