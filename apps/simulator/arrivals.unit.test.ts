import { expect, it } from 'vitest';
import { createArrivals, type RateAt } from './arrivals.ts';
import { createRandom } from './random.ts';

function countUntil(end: number, rateAt: RateAt): number[] {
  const arrivals = createArrivals(rateAt, createRandom(1));
  const seconds = Array.from({ length: end / 1_000 }, () => 0);
  for (let next = arrivals.next(); next.at < end; next = arrivals.next()) {
    const second = Math.floor(next.at / 1_000);
    if (next.arrives) seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return seconds;
}
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

it('come as a Poisson process of the rate', () => {
  const seconds = countUntil(200_000, () => 50);
  expect(sum(seconds) / 200).toBeCloseTo(50, -0.5);
  const mean = sum(seconds) / seconds.length;
  const variance = sum(seconds.map((n) => (n - mean) ** 2)) / seconds.length;
  expect(variance / mean).toBeGreaterThan(0.7);
  expect(variance / mean).toBeLessThan(1.3);
});

it('follow a rate that changes, also from nothing', () => {
  const seconds = countUntil(100_000, (ms) => (ms < 50_000 ? 0 : ms / 1_000));
  expect(sum(seconds.slice(0, 50))).toBe(0);
  expect(sum(seconds.slice(50)) / 50 / 75).toBeCloseTo(1, 1);
});
