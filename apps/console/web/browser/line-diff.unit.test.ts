import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesBetween } from './line-diff.js';

it('says which lines came and went', () => {
  expect(linesBetween('a\nb\nc', 'a\nx\nc')).toEqual([
    { change: 'same', line: 'a' },
    { change: 'removed', line: 'b' },
    { change: 'added', line: 'x' },
    { change: 'same', line: 'c' },
  ]);
});

it('has both texts in it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = linesBetween(before.join('\n'), after.join('\n'));
      const without = (change: string) =>
        lines.filter((l) => l.change !== change).map((l) => l.line);
      expect(without('added')).toEqual(before);
      expect(without('removed')).toEqual(after);
    }),
  );
});
