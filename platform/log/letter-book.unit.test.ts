import { describe, expect, it } from 'vitest';
import { deadLetter, deadLetterTopic, topicOfLetters } from './dead-letter.ts';
import { LetterBook } from './letter-book.ts';
import type { LogRecord, NewRecord } from './ports.ts';
import { readMarker, redriveMarker, redrivenMessage, redrivesOf, sentMarker } from './redrive.ts';

const topic = deadLetterTopic('trip.commands');

function input(offset: number, headers: Record<string, string> = {}): LogRecord {
  const value = Buffer.from(`input ${offset}`);
  return { topic: 'trip.commands', partition: 1, offset, key: 't', value, headers, timestamp: 5 };
}

const letter = (offset: number, headers: Record<string, string> = {}) =>
  deadLetter(input(offset, headers), 'hail.trip', 'Error: unlucky', 7);

function standing(record: NewRecord, offset: number): LogRecord {
  return { ...record, topic, partition: 1, offset, timestamp: 5 };
}

function bookOf(...records: readonly NewRecord[]): LetterBook {
  const book = new LetterBook();
  for (const [offset, record] of records.entries()) book.read(standing(record, offset));
  return book;
}

const statuses = (book: LetterBook) =>
  Array.from({ length: book.next }, (_, offset) => book.status(offset));

describe('the letters of a partition', () => {
  it('are open until a marker names them, and redriven when what it announces has been sent', () => {
    const records = [letter(10), letter(11), redriveMarker(1, 7)];
    expect(statuses(bookOf(...records))).toEqual(['open', 'redriving', undefined]);
    expect(bookOf(...records).unsent).toEqual([{ letter: 1, marker: 2 }]);
    const sent = bookOf(...records, sentMarker(2, 7));
    expect(statuses(sent)).toEqual(['open', 'redriven', undefined, undefined]);
    expect(sent.unsent).toEqual([]);
    expect(sent.letters('open')).toEqual([0]);
  });

  it('are sent once: of two markers for one letter the first counts', () => {
    const book = bookOf(letter(10), redriveMarker(0, 7), redriveMarker(0, 7), letter(11));
    expect(book.unsent).toEqual([{ letter: 0, marker: 1 }]);
    expect(book.markerOf(0)).toBe(1);
  });

  it('go back in the order of the markers, whoever wrote them and whoever sends', () => {
    const both = [letter(10), letter(11), redriveMarker(1, 7), redriveMarker(0, 7)];
    expect(bookOf(...both).unsent).toEqual([
      { letter: 1, marker: 2 },
      { letter: 0, marker: 3 },
    ]);
    // Somebody who had not seen the second marker says what they have sent, and no more.
    expect(bookOf(...both, sentMarker(2, 7)).unsent).toEqual([{ letter: 0, marker: 3 }]);
    expect(bookOf(...both, sentMarker(3, 7), sentMarker(2, 7)).unsent).toEqual([]);
  });

  it('say which of them are about the same message', () => {
    const origin = { origin: 'rider.events/1/4/0' };
    const book = bookOf(letter(10, origin), letter(10, origin), letter(12, origin), letter(13));
    expect(statuses(book)).toEqual(['open', 'repetition', 'repetition', 'open']);
    expect(bookOf(letter(10), letter(10), redriveMarker(1, 7)).unsent).toEqual([]);
  });

  it('are not mistaken for markers, whatever headers a message came with', () => {
    const hostile = letter(10, redriveMarker(0, 7).headers as Record<string, string>);
    expect(readMarker(standing(hostile, 1))).toBeUndefined();
    expect(statuses(bookOf(letter(9), hostile))).toEqual(['open', 'open']);
  });
});

describe('a redriven message', () => {
  const headers = { ce_id: 'x', origin: 'rider.events/1/4/0', kafka_correlationId: 'c' };
  const redriven = redrivenMessage(standing(letter(10, headers), 3), 8);

  it('is as it was, with the count and with its marker for origin', () => {
    expect(redriven).toEqual({
      key: 't',
      value: Buffer.from('input 10'),
      headers: {
        ce_id: 'x',
        kafka_correlationId: 'c',
        dlq_redrives: '1',
        origin: 'trip.commands.dlq/1/8/0',
      },
    });
  });

  it('that fails again says how often, with the new reason and place', () => {
    const again = deadLetter({ ...input(40), ...redriven }, 'hail.trip', 'Error: still', 9);
    expect(again.headers).toMatchObject({
      dlq_reason: 'Error: still',
      dlq_offset: '40',
      dlq_at: '9',
      dlq_redrives: '1',
    });
    expect(redrivesOf(redrivenMessage(standing(again, 9), 10))).toBe(2);
  });

  it('goes to the inbox that the letters belong to', () => {
    expect(topicOfLetters(topic)).toBe('trip.commands');
    expect(() => topicOfLetters('trip.commands')).toThrow(/no topic of dead letters/);
  });
});
