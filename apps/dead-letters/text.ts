import type { Coordinate } from '../../platform/messaging/message.ts';
import type { DeadLetter } from './letters.ts';
import type { Outcome, RedriveResult } from './redrive.ts';

const LONGEST_LINE = 160;
const DUMPED_BYTES = 4_096;
const BYTES_A_LINE = 16;

/** `trip.commands.dlq/0/7` */
export function place({ topic, partition, offset }: Coordinate): string {
  return `${topic}/${partition}/${offset}`;
}

/** A letter in three lines: where it is and what became of it, why, and what it says. */
export function summary(letter: DeadLetter): string {
  const { at, key, status, marker, redrives, reason, from, group, message } = letter;
  const became = marker === undefined ? status : `${status} (marker ${marker})`;
  const before = redrives > 0 ? `, failed again after ${times(redrives)}` : '';
  const contents =
    'unreadable' in message
      ? `unreadable: ${message.unreadable}`
      : `${message.type} ${JSON.stringify(message.data)}`;
  return [
    `${place(at)}  ${new Date(letter.setAsideAt).toISOString()}  ${became}${before}`,
    `  ${shortened(reason)}`,
    `  from ${from === undefined ? 'an unknown place' : place(from)} by ${group}, key ${JSON.stringify(key)}`,
    `  ${shortened(contents)}`,
  ].join('\n');
}

/** A letter with all its headers, decoded, or as bytes if it cannot be. */
export function inFull(letter: DeadLetter): string {
  const { record, message } = letter;
  const headers = Object.entries(record.headers).map(
    ([name, value]) => `  ${printable(name)}: ${printable(value)}`,
  );
  const contents =
    'unreadable' in message
      ? [`cannot be read: ${message.unreadable}`, ...hexDump(record.value ?? Buffer.alloc(0))]
      : [message.type, JSON.stringify(message.data, null, 2)];
  return [summary(letter), '', 'headers', ...headers, '', ...contents].join('\n');
}

/** A letter as one JSON value; bytes that cannot be read are given in base64. */
export function toJson(letter: DeadLetter): object {
  const { record, ...told } = letter;
  const unreadable = 'unreadable' in letter.message;
  return {
    ...told,
    headers: record.headers,
    ...(unreadable && { bytes: record.value?.toString('base64') ?? null }),
  };
}

const outcomes: Readonly<Record<Outcome, readonly [done: string, would: string]>> = {
  redriven: ['sent back', 'would be sent back'],
  completed: ['sent back; an earlier redrive had been interrupted', 'would be sent back'],
  already: ['was sent back before', 'was sent back before'],
  repetition: [
    'another letter is about the same message',
    'another letter is about the same message',
  ],
  absent: ['there is no letter here', 'there is no letter here'],
};

export function resultLine({ letter, to, outcome }: RedriveResult, write: boolean): string {
  const [done, would] = outcomes[outcome];
  return `${place(letter)} → ${to}: ${write ? done : would}`;
}

/** Offset, bytes in hexadecimal, and what of them is printable; the first 4 kB. */
export function hexDump(bytes: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, DUMPED_BYTES); at += BYTES_A_LINE) {
    const line = bytes.subarray(at, Math.min(at + BYTES_A_LINE, DUMPED_BYTES));
    const hex = [...line].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const printable = line.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    lines.push(`${String(at).padStart(6)}  ${hex.padEnd(3 * BYTES_A_LINE)} ${printable}`);
  }
  if (bytes.length > DUMPED_BYTES) lines.push(`… ${bytes.length - DUMPED_BYTES} bytes more`);
  return lines;
}

/** On one line, without control characters, which would do as they please in a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

function shortened(text: string): string {
  const line = printable(text);
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

function times(count: number): string {
  return count === 1 ? 'one redrive' : `${count} redrives`;
}
