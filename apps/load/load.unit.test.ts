import { describe, expect, it } from 'vitest';
import { habitsAt } from '../simulator/habits.ts';
import { driversFor } from './fleet.ts';
import { lagIn } from './lag.ts';
import { LimitSearch, type Step, tooMuch } from './limit.ts';
import { readLoadOptions } from './options.ts';
import { limitOf } from './own-cost.ts';
import { rateOf, warmingUp } from './profiles.ts';
import { Series } from './series.ts';

const shape = { rate: 10, to: 50, forMs: 60_000, stepMs: 20_000 };
const rates = (profile: 'steady' | 'ramp' | 'spike') =>
  [0, 19_999, 20_000, 30_000, 40_000, 60_000].map(rateOf(profile, shape));

describe('profiles', () => {
  it('are steady, rise, or have a peak in the middle', () => {
    expect(rates('steady')).toEqual([10, 10, 10, 10, 10, 10]);
    expect(rates('ramp').map(Math.round)).toEqual([10, 23, 23, 30, 37, 50]);
    expect(rates('spike')).toEqual([10, 10, 50, 50, 10, 10]);
  });

  it('can warm up first', () => {
    const rateAt = warmingUp(rateOf('ramp', shape), 10_000);
    expect([0, 5_000, 10_000, 40_000, 70_000].map(rateAt)).toEqual([2.5, 6.25, 10, 30, 50]);
  });

  it('need more drivers for more trips, and fewer in a faster city', () => {
    expect(driversFor(100, habitsAt(60))).toBeGreaterThan(driversFor(10, habitsAt(60)));
    expect(driversFor(100, habitsAt(600))).toBeLessThan(driversFor(100, habitsAt(60)));
  });
});

describe('the search for the limit', () => {
  const fine: Step = {
    ...{ rate: 100, p99: 300, assignedShare: 0.98, lag: { before: 50, after: 60 } },
    ...{ violations: 0, generator: null },
  };

  it.each([
    [{}, undefined],
    [{ p99: 1_001 }, 'p99 was 1001 ms'],
    [{ assignedShare: 0.5 }, 'only 50 % of the trips wanted found a driver'],
    [{ lag: { before: 0, after: 60_000 } }, 'lag grew by 60000 records'],
    [{ violations: 1 }, '1 violations'],
    [{ generator: 'the generator was busy' }, 'the generator was busy'],
  ])('calls %j %s', (change, why) => {
    expect(tooMuch({ ...fine, ...change })).toBe(why);
  });

  const search = (limit: number, from = 20, most = 1_000) => {
    const found = new LimitSearch(from, most);
    for (let rate = found.rate; rate !== undefined; rate = found.rate) {
      found.record({ ...fine, rate, p99: rate <= limit ? 300 : 5_000 });
    }
    return found;
  };

  it.each([7, 20, 90, 333])('comes within a tenth of %i', (limit) => {
    const { sustained, steps } = search(limit);
    expect(sustained).toBeLessThanOrEqual(limit);
    expect(sustained).toBeGreaterThan(limit / 1.11);
    expect(steps.length).toBeLessThan(15);
  });

  it('ends at the most it may try, and where nothing is sustained', () => {
    expect(search(1e9, 20, 100).sustained).toBe(100);
    expect(search(0).sustained).toBeUndefined();
  });
});

it('the series counts and measures by the second, and in ranges over all', () => {
  const series = new Series();
  const trip = { tripId: 't', at: 0, wantedAt: 0 };
  series.change({ ...trip, is: 'accepted' });
  series.change({ ...trip, is: 'assigned', waitedMs: 120 });
  series.accepted(8);
  expect(series.tick(1)).toMatchObject({
    ...{ at: 1, accepted: 1, assigned: 1, completed: 0 },
    ...{ waitedMs: { p50: 120 }, requestMs: { p99: 8 } },
  });
  series.change({ ...trip, is: 'ended', outcome: 'completed' });
  series.change({ ...trip, is: 'ended', outcome: 'cancelled' });
  series.change({ ...trip, is: 'assigned', waitedMs: 9 });
  expect(series.tick(2)).toMatchObject({ accepted: 0, completed: 1, otherwise: 1 });
  const buckets = series.buckets();
  expect(buckets[0]).toEqual({ upTo: 10, count: 1 });
  expect(buckets.at(-1)?.count).toBe(1);
  expect(buckets.at(-1)?.upTo).toBeGreaterThanOrEqual(120);
  expect(series.stage).toMatchObject({ accepted: 1, assigned: 2 });
});

it('the lag is the sum over kinds, topics and partitions', () => {
  const metrics = [
    '# HELP hail_lag_records Records',
    'hail_lag_records{kind="trip",topic="trip.events",partition="0",service="trip"} 7',
    'hail_lag_records{kind="trip",topic="trip.events",partition="1",service="trip"} 5',
    'hail_lag_records_other{kind="trip"} 99',
  ];
  expect(lagIn(metrics.join('\n'))).toBe(12);
});

it('the generator says when it was the limit', () => {
  const late = { p50: 0, p99: 5, most: 90 };
  expect(limitOf({ cpuShare: 0.3, lateMs: late })).toBeNull();
  expect(limitOf({ cpuShare: 0.9, lateMs: late })).toContain('busy for 90 % of a core');
  expect(limitOf({ cpuShare: 0.3, lateMs: { ...late, p99: 200 } })).toContain('200 ms late');
});

describe('the options of npm run load', () => {
  it('have defaults', () => {
    expect(readLoadOptions([])).toMatchObject({
      ...{ profile: 'steady', rate: 20, forMs: 60_000, drivers: undefined, timeScale: 60 },
      ...{ pingEveryMs: 4_000, pings: 'batched' },
    });
    expect(readLoadOptions(['--profile', 'soak'])).toMatchObject({ forMs: 1_800_000 });
    expect(readLoadOptions(['--profile', 'ramp', '--rate', '3'])).toMatchObject({ to: 15 });
  });

  it.each([
    [['--profile', 'flat'], '--profile is "flat"; it must be one of steady, ramp, spike, soak'],
    [['--for', '10'], '--for is "10"; it must be a duration'],
    [['--ping-every', '4'], '--ping-every is "4"; it must be a duration'],
    [['--pings', 'none'], '--pings is "none"; it must be one of batched, single'],
    [['--time-scale', '0'], '--time-scale is "0"; it must be a number from 1 to 6000'],
  ])('%j are refused', (args, message) => {
    expect(() => readLoadOptions(args)).toThrow(message);
  });
});
