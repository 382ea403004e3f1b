import type { AvroCodec } from '../../../platform/avro/codec.ts';
import type { Writer } from '../../../platform/log/ports.ts';
import type { Coordinate } from '../../../platform/messaging/message.ts';
import { type DeadLetter, listDeadLetters } from '../../dead-letters/letters.ts';
import { letterTopics } from '../../dead-letters/options.ts';
import { type RedriveResult, redrive } from '../../dead-letters/redrive.ts';
import type { Connection } from '../core/connect.ts';
import type { LetterRow } from './shapes.ts';

/** Letters that a page is sent, at most: the latest. */
const MOST = 500;
const LONGEST_LINE = 300;

/** The latest dead letters of all topics, the newest first, and how many there are. */
export async function letterRows(
  { reader }: Connection,
  codec: AvroCodec,
): Promise<{ readonly letters: readonly LetterRow[]; readonly total: number }> {
  let rows: LetterRow[] = [];
  let total = 0;
  const newestFirst = () => rows.sort((a, b) => b.setAsideAt - a.setAsideAt).slice(0, MOST);
  for await (const letter of listDeadLetters(reader, codec, letterTopics)) {
    rows.push(rowOf(letter));
    total += 1;
    if (rows.length > 2 * MOST) rows = newestFirst();
  }
  return { letters: newestFirst(), total };
}

function rowOf(letter: DeadLetter): LetterRow {
  const { at, key, reason, group, from, setAsideAt, redrives, status, message } = letter;
  const readable = 'type' in message;
  return {
    ...at,
    ...{ key, reason, group, setAsideAt, redrives, status },
    from: from && `${from.topic}/${from.partition}/${from.offset}`,
    type: readable ? message.type : undefined,
    line: (readable ? JSON.stringify(message.data) : message.unreadable).slice(0, LONGEST_LINE),
  };
}

/** Sends letters back to where they came from; each once, however often it is asked. */
export async function redriveLetters(
  { reader }: Connection,
  writer: Writer,
  letters: readonly Coordinate[],
): Promise<readonly RedriveResult[]> {
  return Array.fromAsync(redrive({ letters }, { reader, writer, write: true, now: Date.now }));
}
