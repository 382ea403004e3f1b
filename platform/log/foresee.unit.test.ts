import { expect, it } from 'vitest';
import { tallyAggregate } from '../testing/counter.ts';
import { received } from '../testing/given-when-then.ts';
import { AggregateCache } from './cache.ts';
import { answers, foresee } from './foresee.ts';

// It asks whenever its list is of odd length: n and a thousand for each on the list.
const tally = tallyAggregate('tally', { counterLog: 'c', tallyInbox: 'i', tallyLog: 'l' });
const added = (id: string, n: number) => ({
  id,
  message: received({ type: 'Added', data: { n, sum: n } } as const),
});

it('asks on the state that the inputs before leave, and ends where that depends on an answer', () => {
  const cache = new AggregateCache<{ list: readonly number[] }>({ list: [] });
  cache.admit('a', undefined);
  cache.admit('b', { version: 1, state: { list: [7] } });
  const inputs = [added('a', 1), added('b', 5), { id: '' }, added('a', 2), added('b', 6)];
  expect(foresee(tally, cache, inputs, 0)).toEqual({
    length: 4,
    asking: [
      [1, 1_005],
      [3, 1_002],
    ],
  });
  // Nothing has been decided by that.
  expect(cache.get('a')?.decided).toEqual({ list: [] });
});

it('leaves what cannot be asked to whoever decides', () => {
  const cache = new AggregateCache<{ list: readonly number[] }>({ list: [] });
  cache.admit('a', undefined);
  expect(foresee(tally, cache, [added('a', 2.5), added('gone', 1)], 0)).toEqual({
    length: 2,
    asking: [],
  });
});

it('takes an answer for its own question only', () => {
  const answered = { question: { near: [1, 2] }, answer: 'x' };
  expect(answers(answered, { near: [1, 2] })).toBe(true);
  expect(answers(answered, { near: [1, 3] })).toBe(false);
  expect(answers(undefined, { near: [1, 2] })).toBe(false);
});
