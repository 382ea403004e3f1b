import type { Random } from './random.ts';

/** Trips wanted per second, by milliseconds since the beginning. */
export type RateAt = (sinceMs: number) => number;

/** A rate counts as constant for so many milliseconds. */
const STEP = 20;
/** How far ahead is looked, so that a rate of nothing is looked at again. */
const HORIZON = 500;

/**
 * The arrivals of a Poisson process whose rate changes. `next()` gives, in milliseconds since the
 * beginning, when something arrives, or when to ask again.
 */
export function createArrivals(
  rateAt: RateAt,
  random: Random,
): { next(): { readonly at: number; readonly arrives: boolean } } {
  // Time runs at the speed of the rate: then arrivals are one apart, exponentially distributed.
  let left = random.exponential(1);
  let now = 0;
  return {
    next() {
      for (const end = now + HORIZON; now < end; ) {
        const perMs = rateAt(now) / 1_000;
        const gain = perMs * STEP;
        if (left < gain) {
          now += left / perMs;
          left = random.exponential(1);
          return { at: now, arrives: true };
        }
        left -= gain;
        now += STEP;
      }
      return { at: now, arrives: false };
    },
  };
}
