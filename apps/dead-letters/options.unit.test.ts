import { describe, expect, it } from 'vitest';
import { letterTopics, readOptions } from './options.ts';
import { hexDump } from './text.ts';

const letter = { topic: 'trip.commands.dlq', partition: 0, offset: 7 };

describe('the options of `npm run dlq`', () => {
  it('are a command and what it is about', () => {
    expect(readOptions(['list'])).toEqual({ command: 'list', topics: letterTopics, json: false });
    expect(readOptions(['list', 'trip.commands.dlq', '--json'])).toEqual({
      command: 'list',
      topics: ['trip.commands.dlq'],
      json: true,
    });
    expect(readOptions(['show', 'trip.commands.dlq/0/7'])).toEqual({ command: 'show', letter });
    expect(readOptions(['redrive', 'trip.commands.dlq/0/7', '--write'])).toEqual({
      command: 'redrive',
      selection: { letters: [letter] },
      write: true,
    });
    expect(readOptions(['redrive', '--all', '--topic', 'trip.commands.dlq'])).toEqual({
      command: 'redrive',
      selection: { topics: ['trip.commands.dlq'] },
      write: false,
    });
    expect(readOptions([])).toEqual({ command: 'help' });
  });

  it.each([
    [['mend'], /"mend" is no command; it can be list, show or redrive/],
    [['list', 'trip.events'], /"trip.events" is no topic of dead letters; there are rider/],
    [['show'], /show takes one letter/],
    [['show', 'trip.commands.dlq/7'], /must be TOPIC\/PARTITION\/OFFSET/],
    [['redrive'], /either --all or letters/],
    [['redrive', '--all', 'trip.commands.dlq/0/7'], /either --all or letters/],
    [['redrive', 'trip.commands.dlq/0/7', '--topic', 'x'], /--topic goes with --all/],
  ])('%j is refused with the remedy', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('bytes that cannot be read', () => {
  it('are shown in hexadecimal, with what is printable', () => {
    const [first, second] = hexDump(Buffer.from('\u0000abcdefghijklmn\u001bz', 'latin1'));
    expect(first).toBe('     0  00 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 1b  .abcdefghijklmn.');
    expect(second).toMatch(/^ {4}16 {2}7a +z$/);
    expect(hexDump(Buffer.alloc(5_000)).at(-1)).toBe('… 904 bytes more');
  });
});
