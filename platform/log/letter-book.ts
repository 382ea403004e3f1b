import { deadLetterHeader } from './dead-letter.ts';
import { header } from './headers.ts';
import type { LogRecord } from './ports.ts';
import { cameFrom, readMarker } from './redrive.ts';

/**
 * - `open`: set aside, and nothing done about it.
 * - `redriving`: somebody began to send it back; whoever redrives next completes it.
 * - `redriven`: it has been sent back. If that failed, there is a later letter.
 * - `repetition`: a second letter about the same message, from an owner that was interrupted.
 */
export type LetterStatus = 'open' | 'redriving' | 'redriven' | 'repetition';

/** A letter that is to be sent, or has been, and the marker that says so. */
export interface Redrive {
  readonly letter: number;
  readonly marker: number;
}

/** What one partition of a dead-letter topic says about its letters, read from the beginning in order. */
export class LetterBook {
  /** What to read next. */
  next = 0;
  #sentUpTo = -1;
  readonly #letters = new Map<number, { repeats: boolean; marker: number | undefined }>();
  readonly #messages = new Set<string>();
  #redrives: Redrive[] = [];

  /** Takes the next record of the partition; tells whether it is a letter. */
  read(record: LogRecord): boolean {
    const { offset } = record;
    this.next = offset + 1;
    const marker = readMarker(record);
    if (marker === undefined) {
      this.#letters.set(offset, { repeats: this.#isRepetition(record), marker: undefined });
      return true;
    }
    if (marker.type === 'sent') {
      this.#sentUpTo = Math.max(this.#sentUpTo, marker.upTo);
      this.#redrives = this.#redrives.filter((redrive) => redrive.marker > this.#sentUpTo);
      return false;
    }
    const letter = this.#letters.get(marker.letter);
    if (letter === undefined || letter.repeats || letter.marker !== undefined) return false;
    letter.marker = offset;
    this.#redrives.push({ letter: marker.letter, marker: offset });
    return false;
  }

  /** `undefined` if there is no letter at this offset. */
  status(offset: number): LetterStatus | undefined {
    const letter = this.#letters.get(offset);
    if (letter === undefined) return undefined;
    if (letter.repeats) return 'repetition';
    if (letter.marker === undefined) return 'open';
    return letter.marker <= this.#sentUpTo ? 'redriven' : 'redriving';
  }

  /** The marker under which a letter was sent back, or is being. */
  markerOf(offset: number): number | undefined {
    return this.#letters.get(offset)?.marker;
  }

  /** The letters in this state, in order. */
  letters(status: LetterStatus): readonly number[] {
    return [...this.#letters.keys()].filter((offset) => this.status(offset) === status);
  }

  /** What has been begun and not been said to be sent, in the order in which it must be sent. */
  get unsent(): readonly Redrive[] {
    return this.#redrives;
  }

  /** The same record set aside again, or the same message, sent twice, set aside twice. */
  #isRepetition(record: LogRecord): boolean {
    const group = record.headers[deadLetterHeader.group] ?? '';
    const from = cameFrom(record);
    const origin = record.headers[header.origin];
    const names: string[] = [];
    if (from !== undefined) names.push(`${group} ${from.topic}/${from.partition}/${from.offset}`);
    if (origin !== undefined) names.push(`${group} origin ${origin}`);
    const known = names.some((name) => this.#messages.has(name));
    for (const name of names) this.#messages.add(name);
    return known;
  }
}
