import { expect, it, vi } from 'vitest';
import { Tally } from './tally.ts';

it('measures from when it is told to, and counts all', () => {
  vi.useFakeTimers({ now: 1_000 });
  try {
    const tally = new Tally();
    const trip = (id: string, takes: number) => {
      tally.wanted();
      const wantedAt = Date.now();
      vi.advanceTimersByTime(takes);
      tally.accepted(id, wantedAt);
      tally.assigned(id);
      tally.ended(id, 'completed');
    };
    trip('cold', 900);
    tally.begin();
    trip('warm', 100);
    vi.advanceTimersByTime(900);
    const { trips, latencyMs, completedTripsPerSecond } = tally.report();
    expect(trips).toMatchObject({ requested: 2, completed: 2, open: 0 });
    expect(latencyMs.requestAccepted).toEqual({ p50: 100, p95: 100, p99: 100 });
    expect(latencyMs.requestToAssigned.p99).toBe(100);
    expect(completedTripsPerSecond).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
