import { describe, expect, it } from 'vitest';
import { Watch } from './watch.ts';

/** A watch on which a trip a 100 ms is wanted; `waits` says how long each waits, if it is assigned at all. */
function watching(until: number, waits: (wantedAt: number) => number | undefined) {
  const watch = new Watch();
  const later: (() => void)[] = [];
  for (let wantedAt = 0; wantedAt < until; wantedAt += 100) {
    const tripId = `t${wantedAt}`;
    const change = (is: 'accepted' | 'assigned' | 'ended', at: number, waitedMs?: number) =>
      watch.change({ tripId, is, at, wantedAt, ...(waitedMs !== undefined && { waitedMs }) });
    const waited = waits(wantedAt);
    const tell = () => {
      change('accepted', wantedAt + 5);
      if (waited === undefined) return;
      change('assigned', wantedAt + waited, waited);
      change('ended', wantedAt + waited + 1_000);
    };
    if (wantedAt < 10_000) tell();
    else later.push(tell);
  }
  const limit = watch.setNormal(0);
  for (const tell of later) tell();
  return { watch, limit };
}

describe('a watch', () => {
  // Normal for ten seconds; nothing from then to 14 s; what waited is assigned at 15 s.
  const outage = (wantedAt: number) =>
    wantedAt >= 10_000 && wantedAt < 15_000 ? 15_000 - wantedAt : 50;

  it('calls normal twice the 95th percentile, and finds when that is so again', () => {
    const { watch, limit } = watching(30_000, outage);
    expect(limit).toBe(100);
    expect(watch.normalAgain(14_000, 14_500), 'too early to say').toBeUndefined();
    // A window of two seconds, nine of ten trips of which waited no longer: from 14.75 s on.
    expect(watch.normalAgain(14_000, 30_000)).toBe(14_750);
  });

  it('tells what a fault did', () => {
    const { watch } = watching(30_000, outage);
    expect(watch.effect(10_000, 14_000, 14_750, 30_000)).toEqual({
      recoveredAfter: 750,
      longestStall: 3_800,
      affected: 48,
    });
  });

  it('does not take a trip that nobody serves for normal', () => {
    const { watch } = watching(30_000, (wantedAt) => (wantedAt < 10_000 ? 50 : undefined));
    expect(watch.normalAgain(10_000, 60_000)).toBeUndefined();
    expect(watch.effect(10_000, 10_000, undefined, 30_000)).toMatchObject({
      recoveredAfter: undefined,
      affected: 200,
    });
  });
});
