import type { Coordinate } from '../messaging/message.ts';
import { deadLetterHeader, ownHeaders } from './dead-letter.ts';
import { formatOrigin, header } from './headers.ts';
import type { LogRecord, NewRecord } from './ports.ts';

/**
 * A dead-letter topic remembers by itself what has been redriven. Among the letters of a partition
 * stand two kinds of markers, without a value, told from letters by having a `dlq_marker` and no reason:
 *
 * - `redrive`: the letter at this offset goes back. It stands there before the message is sent, whose
 *   origin is the marker's coordinate with index 0. Of several for one letter the first counts.
 * - `sent`: the messages of all `redrive` markers up to this offset have been sent.
 *
 * Whoever sends, sends what has not been `sent` in the order of the markers, each awaited, also what
 * somebody else has begun. So the receiver sees origins that grow, as from any log (rule 6), drops what
 * it has had, and neither a crash nor a second redriver at the same time loses a message or doubles it.
 */
export type Marker =
  | { readonly type: 'redrive'; readonly letter: number }
  | { readonly type: 'sent'; readonly upTo: number };

const MARKER = 'dlq_marker';
const MARKED = 'dlq_marked_offset';

export function redriveMarker(letter: number, now: number): NewRecord {
  return marker('redrive', letter, now);
}

export function sentMarker(upTo: number, now: number): NewRecord {
  return marker('sent', upTo, now);
}

function marker(type: Marker['type'], offset: number, now: number): NewRecord {
  const headers = {
    [MARKER]: type,
    [MARKED]: String(offset),
    [deadLetterHeader.at]: String(now),
  };
  return { key: '', value: Buffer.alloc(0), headers };
}

/** `undefined` for a letter. */
export function readMarker({ headers }: LogRecord): Marker | undefined {
  if (headers[deadLetterHeader.reason] !== undefined) return undefined;
  const offset = Number(headers[MARKED]);
  if (headers[MARKER] === 'redrive') return { type: 'redrive', letter: offset };
  if (headers[MARKER] === 'sent') return { type: 'sent', upTo: offset };
  return undefined;
}

/** How often the message in a letter has been redriven before it became this letter. */
export function redrivesOf({ headers }: Pick<LogRecord, 'headers'>): number {
  const count = Number(headers[deadLetterHeader.redrives] ?? 0);
  return Number.isInteger(count) && count > 0 ? count : 0;
}

/**
 * The message of a letter as it goes back: key, bytes and headers as they were, but for the count and the
 * origin. Its first origin would have it dropped: the receiver has seen later ones of that source.
 */
export function redrivenMessage(letter: LogRecord, markerOffset: number): NewRecord {
  const { topic, partition, key, value } = letter;
  return {
    key,
    value: value ?? Buffer.alloc(0),
    headers: {
      ...ownHeaders(letter.headers),
      [deadLetterHeader.redrives]: String(redrivesOf(letter) + 1),
      [header.origin]: formatOrigin({ topic, partition, offset: markerOffset, index: 0 }),
    },
  };
}

/** Where the message stood when it was set aside; `undefined` if the letter does not say. */
export function cameFrom({ headers }: LogRecord): Coordinate | undefined {
  const topic = headers[deadLetterHeader.topic];
  const partition = Number(headers[deadLetterHeader.partition]);
  const offset = Number(headers[deadLetterHeader.offset]);
  if (!topic || !Number.isInteger(partition) || !Number.isInteger(offset)) return undefined;
  return { topic, partition, offset };
}
