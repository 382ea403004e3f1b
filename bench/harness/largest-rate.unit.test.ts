import { expect, it } from 'vitest';
import { largestRate } from './largest-rate.ts';

const upTo = (limit: number) => {
  const tried: number[] = [];
  const holds = async (rate: number) => {
    tried.push(rate);
    return rate <= limit;
  };
  return { tried, holds };
};

it.each([7, 100, 1_234, 90_000])('comes within a tenth of a limit of %i', async (limit) => {
  const { holds, tried } = upTo(limit);
  const found = await largestRate(1_000, holds);
  expect(found).toBeLessThanOrEqual(limit);
  expect(found).toBeGreaterThan(limit / 1.2);
  expect(tried.length).toBeLessThan(20);
});

it('says 0 of what cannot do anything', async () => {
  expect(await largestRate(100, upTo(0).holds)).toBe(0);
});

it('tries no more than what is enough', async () => {
  const { holds, tried } = upTo(1_000_000);
  expect(await largestRate(100, holds, 300)).toBe(300);
  expect(Math.max(...tried)).toBe(300);
});
