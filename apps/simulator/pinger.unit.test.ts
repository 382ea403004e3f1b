import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from './api.ts';
import { createClock } from './clock.ts';
import { habitsAt } from './habits.ts';
import { arrivesAt, placeOn } from './journey.ts';
import { createPinger, type PingMode } from './pinger.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function fleet(mode: PingMode, count: number) {
  const told: { path: string; body: object }[] = [];
  const tell = (path: string, body: object) => void told.push({ path, body });
  const pinger = createPinger({ tell } as Partial<Api> as Api, createClock(), 4_000, mode);
  const position = () => ({ latitude: 1, longitude: 2 });
  for (let i = 0; i < count; i++) pinger.add({ id: `d${i}`, position });
  return { pinger, told };
}

it('sends each location as often as it is due, for all in few requests', async () => {
  const { pinger, told } = fleet('batched', 400);
  await vi.advanceTimersByTimeAsync(100);
  expect(pinger.sent).toBe(400);
  expect(told.map(({ body }) => (body as unknown[]).length)).toEqual([200, 200]);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(pinger.sent - 400).toBeGreaterThan(3_900);
  expect(pinger.sent - 400).toBeLessThanOrEqual(4_010);
  expect(told.length).toBeLessThan(410);
});

it('sends each by itself where drivers send their own', async () => {
  const { told } = fleet('single', 3);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.map(({ path }) => path).sort()).toEqual(
    [0, 1, 2].map((i) => `/drivers/d${i}/locations`),
  );
});

it('lets a ride of 20 minutes take 2 s at 600 times the speed of life', () => {
  const { metresPerSecond } = habitsAt(600);
  const journey = { from: { east: 0, north: 0 }, to: { east: 25, north: 25 }, began: 0 };
  expect(arrivesAt(journey, metresPerSecond)).toBeCloseTo(2_000, 6);
  expect(placeOn(journey, metresPerSecond, 1_500)).toEqual({ east: 25, north: 12.5 });
  expect(placeOn(journey, metresPerSecond, 9_000)).toEqual(journey.to);
  expect(habitsAt(1).thinkMs[1]).toBeLessThan(8_000);
});
