import { build, type Histogram } from 'hdr-histogram-js';
import type { TripChange } from '../simulator/tally.ts';

/** In milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What happened in one second. */
export interface Second {
  /** Seconds since the beginning, at its end. */
  readonly at: number;
  readonly accepted: number;
  readonly assigned: number;
  readonly completed: number;
  /** Trips that ended otherwise. */
  readonly otherwise: number;
  /** From the moment a trip was wanted to its driver, less the time drivers thought. */
  readonly waitedMs: Latency;
  /** From the moment any request was due to its 202. */
  readonly requestMs: Latency;
}

/** Values in a range of latencies. */
export interface Bucket {
  /** In milliseconds, the range's upper end. */
  readonly upTo: number;
  readonly count: number;
}

const histogram = () =>
  build({ highestTrackableValue: 600_000, numberOfSignificantValueDigits: 2 });

/** Counts and measures what a city does, second by second and since the last `begin()`. */
export class Series {
  readonly seconds: Second[] = [];
  readonly #buckets: number[] = bounds.map(() => 0);
  readonly #waited = histogram();
  readonly #requests = histogram();
  readonly #stage = histogram();
  #counts = { accepted: 0, assigned: 0, completed: 0, otherwise: 0 };
  #stageCounts = { accepted: 0, assigned: 0 };

  readonly change = ({ is, waitedMs = 0, outcome }: TripChange): void => {
    if (is === 'accepted') {
      this.#counts.accepted += 1;
      this.#stageCounts.accepted += 1;
    } else if (is === 'assigned') {
      this.#counts.assigned += 1;
      this.#stageCounts.assigned += 1;
      for (const into of [this.#waited, this.#stage]) into.recordValue(Math.floor(waitedMs));
      const bucket = bounds.findIndex((bound) => waitedMs <= bound);
      this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    } else if (outcome === 'completed') this.#counts.completed += 1;
    else this.#counts.otherwise += 1;
  };

  readonly accepted = (milliseconds: number): void => {
    this.#requests.recordValue(Math.floor(milliseconds));
  };

  /** Closes a second. */
  tick(at: number): Second {
    const second = {
      at: Math.round(at * 10) / 10,
      ...this.#counts,
      waitedMs: latency(this.#waited),
      requestMs: latency(this.#requests),
    };
    this.#counts = { accepted: 0, assigned: 0, completed: 0, otherwise: 0 };
    this.#waited.reset();
    this.#requests.reset();
    this.seconds.push(second);
    return second;
  }

  /** A stage begins: what is measured from here on is its own. */
  begin(): void {
    this.#stage.reset();
    this.#stageCounts = { accepted: 0, assigned: 0 };
  }

  get stage(): { readonly accepted: number; readonly assigned: number; readonly p99: number } {
    return { ...this.#stageCounts, p99: latency(this.#stage).p99 };
  }

  /** All waits so far, in ranges that grow by a quarter. */
  buckets(): readonly Bucket[] {
    const upTo = this.#buckets.findLastIndex((count) => count > 0) + 1;
    return bounds.slice(0, upTo).map((bound, i) => ({ upTo: bound, count: this.#buckets[i] ?? 0 }));
  }
}

export function latency(of: Histogram): Latency {
  const at = (percent: number) => (of.totalCount === 0 ? 0 : of.getValueAtPercentile(percent));
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** Bounds of the ranges: 10 ms, and each a quarter more than the one before, up to ten minutes. */
const bounds: readonly number[] = Array.from({ length: 50 }, (_, i) => Math.round(10 * 1.25 ** i));
