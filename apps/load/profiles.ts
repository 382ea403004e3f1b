import type { RateAt } from '../simulator/arrivals.ts';

export const profileNames = ['steady', 'ramp', 'spike', 'soak', 'find-the-limit'] as const;
export type ProfileName = (typeof profileNames)[number];

export interface ProfileShape {
  readonly rate: number;
  readonly to: number;
  readonly forMs: number;
  readonly stepMs: number;
}

/**
 * The trips wanted per second over time: the same all along (`steady`, and `soak`, which lasts), rising
 * evenly (`ramp`), or with one peak of `stepMs` in the middle (`spike`).
 */
export function rateOf(
  profile: Exclude<ProfileName, 'find-the-limit'>,
  { rate, to, forMs, stepMs }: ProfileShape,
): RateAt {
  switch (profile) {
    case 'steady':
    case 'soak':
      return () => rate;
    case 'ramp':
      return (ms) => rate + (to - rate) * Math.min(1, ms / forMs);
    case 'spike': {
      const from = Math.max(0, (forMs - stepMs) / 2);
      return (ms) => (ms >= from && ms < from + stepMs ? to : rate);
    }
    default:
      return profile satisfies never;
  }
}

/** Before `rateAt` begins, `ms` milliseconds in which the rate rises to its beginning from a quarter of it. */
export function warmingUp(rateAt: RateAt, ms: number): RateAt {
  return (at) => (at < ms ? rateAt(0) * (0.25 + (0.75 * at) / ms) : rateAt(at - ms));
}
