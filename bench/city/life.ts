import { setTimeout as sleep } from 'node:timers/promises';
import { startCity } from '../../apps/simulator/city.ts';
import type { Report } from '../../apps/simulator/tally.ts';

/** A trip occupies its driver for some six seconds; with so many per trip and second there is a choice. */
const DRIVERS_PER_RATE = 10;
const FEWEST_DRIVERS = 20;
/** How long the last trips may take to end. */
const FINISH_WITHIN = 60_000;

export interface LifeOptions {
  /** The API. */
  readonly url: string;
  /** Trips requested per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  /** Everybody has been registered, and the first trip is about to be requested. */
  readonly onBegin?: () => void;
  /** While trips are being requested. */
  readonly onEverySecond?: () => Promise<void>;
}

/** Lets a city request trips at a rate for so many seconds, and lets them all end. */
export async function live(options: LifeOptions): Promise<Report> {
  const { url, rate, seconds, seed } = options;
  const drivers = Math.max(FEWEST_DRIVERS, Math.round(rate * DRIVERS_PER_RATE));
  const city = await startCity({ url, rate, drivers, seed });
  options.onBegin?.();
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000);
    await options.onEverySecond?.();
  }
  return city.finish(FINISH_WITHIN);
}

/** Why this life shows that the system is not as it should be; `undefined` if it does not. */
export function complaintOf({ violations, trips }: Report): string | undefined {
  if (violations.length > 0) {
    return `${violations.length} promises were broken, such as: ${violations[0]}`;
  }
  return trips.open > 0 ? `${trips.open} trips did not end` : undefined;
}
