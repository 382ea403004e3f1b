import { expect, it } from 'vitest';
import { grows, openLoop } from './open-loop.ts';

it('sends as many as the rate asks for, each meant for its own moment', async () => {
  const intended: number[] = [];
  const sent = await openLoop({ rate: 1_000, seconds: 0.05 }, (due) => intended.push(...due));
  expect(sent).toBe(50);
  expect(intended).toHaveLength(50);
  const gaps = intended.slice(1).map((at, i) => at - (intended[i] as number));
  for (const gap of gaps) expect(gap).toBeCloseTo(1, 6);
});

it('ends early when it is told to', async () => {
  const enough = new AbortController();
  const sent = await openLoop({ rate: 1_000, seconds: 60 }, () => enough.abort(), enough.signal);
  expect(sent).toBeLessThan(60_000);
});

it('tells what grows from what only goes up and down', () => {
  const steps = Array.from({ length: 100 }, (_, i) => i);
  expect(grows(steps, 100)).toBe(true);
  expect(
    grows(
      steps.map((i) => 50 + 40 * Math.sin(i)),
      100,
    ),
  ).toBe(false);
});
