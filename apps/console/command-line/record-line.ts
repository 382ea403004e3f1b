import type { Shown, What } from '../core/show.ts';
import type { Colour, Output } from './output.ts';
import { time } from './units.ts';

const colours: Readonly<Record<What, Colour>> = {
  command: 'yellow',
  reply: 'magenta',
  event: 'green',
  claim: 'blue',
  measurement: 'cyan',
  'dead letter': 'red',
  tombstone: 'dim',
  record: 'cyan',
  unreadable: 'red',
};

/** A record on one line: when, where, what, whose, and its value. */
export function recordLine(record: Shown, { paint }: Output, withHeaders: boolean): string {
  const { topic, partition, offset, timestamp, key, what, type, headers, letter } = record;
  const parts = [
    paint('dim', time(timestamp)),
    paint('dim', `${topic}/${partition}/${offset}`),
    paint(colours[what], type ?? what),
    key === '' ? '-' : key,
    value(record),
  ];
  if (letter !== undefined) {
    const from = `${letter.topic}/${letter.partition}/${letter.offset}`;
    parts.push(paint('red', `(dead letter of ${from}: ${letter.reason})`));
  }
  if (withHeaders) parts.push(paint('dim', JSON.stringify(headers)));
  return parts.join(' ');
}

function value({ data, text, hex, problem }: Shown): string {
  if (data !== undefined) return JSON.stringify(data);
  if (text !== undefined) return JSON.stringify(text);
  if (hex !== undefined) return `0x${hex} (${problem})`;
  return '';
}
