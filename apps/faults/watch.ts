import type { TripChange } from '../simulator/tally.ts';

/** What is called normal: so many of the trips wanted in a window … */
const SHARE = 0.9;
/** … of so many milliseconds are assigned within so many times the 95th percentile without faults. */
const WINDOW = 2_000;
const TIMES = 2;
const STEP = 250;

interface Wait {
  readonly wantedAt: number;
  waitedMs: number | undefined;
  ended: boolean;
}

/** What a fault did to the city. Milliseconds. */
export interface Effect {
  /** From the fault's end until latency was normal again; `undefined`: not within the time given. */
  readonly recoveredAfter: number | undefined;
  /** The longest time in which no trip got any further. */
  readonly longestStall: number;
  /** Trips that waited for their driver for longer than is normal. */
  readonly affected: number;
}

/** Watches trips from outside and tells when the city is as it was without faults. */
export class Watch {
  readonly #trips = new Map<string, Wait>();
  #progress: number[] = [];
  #limit = 0;

  readonly change = ({ tripId, is, at, wantedAt, waitedMs }: TripChange): void => {
    // Accepting is no progress: it needs nothing but the facade and Kafka.
    if (is !== 'accepted') this.#progress.push(at);
    const trip = this.#trips.get(tripId) ?? { wantedAt, waitedMs: undefined, ended: false };
    this.#trips.set(tripId, trip);
    if (is === 'assigned') trip.waitedMs = waitedMs;
    if (is === 'ended') trip.ended = true;
  };

  /** What was seen of trips wanted from `since` on is what is normal. Returns the limit in milliseconds. */
  setNormal(since: number): number {
    const waits = this.#wanted(since, Number.POSITIVE_INFINITY).flatMap(
      ({ waitedMs }) => waitedMs ?? [],
    );
    waits.sort((a, b) => a - b);
    this.#limit = Math.round(TIMES * (waits[Math.floor(waits.length * 0.95)] ?? 0));
    return this.#limit;
  }

  /** The first moment from `since` on at which latency is normal, as far as can be said at `now`. */
  normalAgain(since: number, now: number): number | undefined {
    const thinking = 2_000;
    for (let from = since; from + WINDOW + this.#limit + thinking <= now; from += STEP) {
      const some = this.#wanted(from, from + WINDOW);
      const fine = some.filter((trip) => this.#isFine(trip));
      if (some.length > 0 && fine.length >= SHARE * some.length) return from;
    }
    return undefined;
  }

  /** What happened between the beginning of a fault and its being over; forgets what was before. */
  effect(began: number, ended: number, recovered: number | undefined, now: number): Effect {
    const until = recovered ?? now;
    const marks = this.#progress.filter((at) => at >= began && at <= until);
    let longestStall = 0;
    let last = began;
    for (const at of [...marks, until]) {
      longestStall = Math.max(longestStall, at - last);
      last = at;
    }
    const affected = this.#wanted(began, until).filter((trip) => !this.#isFine(trip)).length;
    this.#forget(began);
    const recoveredAfter = recovered === undefined ? undefined : recovered - ended;
    return { recoveredAfter, longestStall, affected };
  }

  #wanted(from: number, to: number): Wait[] {
    return [...this.#trips.values()].filter(({ wantedAt }) => wantedAt >= from && wantedAt < to);
  }

  /** A trip that ended without a driver waited no longer either: its rider cancelled. */
  #isFine({ waitedMs, ended }: Wait): boolean {
    return waitedMs === undefined ? ended : waitedMs <= this.#limit;
  }

  #forget(before: number): void {
    this.#progress = this.#progress.filter((at) => at >= before);
    for (const [id, { wantedAt, ended }] of this.#trips) {
      if (ended && wantedAt < before) this.#trips.delete(id);
    }
  }
}
