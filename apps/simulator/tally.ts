import { build, type Histogram } from 'hdr-histogram-js';

/** How a trip ended; `open` has not. */
export type Outcome = 'open' | 'completed' | 'cancelled' | 'unfulfilled' | 'refused';

/** In milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Report {
  readonly trips: Readonly<Record<Outcome | 'requested', number>>;
  readonly latencyMs: {
    /** From the moment a rider wanted a trip to the news that a driver has it. */
    readonly requestToAssigned: Percentiles;
    /** The same, less the time in which drivers were thinking over offers of that trip. */
    readonly requestToAssignedWithoutThinking: Percentiles;
    /** From the moment a rider wanted a trip to the API's 202. */
    readonly requestAccepted: Percentiles;
  };
  readonly completedTripsPerSecond: number;
  /** Requests that were tried again. */
  readonly retries: number;
  readonly violations: readonly string[];
}

/** A simulated trip, as far as somebody has to account for it. */
export interface TripRecord {
  /** When the rider wanted it: latency counts from there, however late the request was sent. */
  readonly wantedAt: number;
  outcome: Outcome;
  assigned: boolean;
  /** When drivers began and ended to think over offers of this trip. */
  readonly thinking: (readonly [from: number, to: number])[];
}

/** Something became of a simulated trip. Times: milliseconds since 1970. */
export interface TripChange {
  readonly tripId: string;
  readonly is: 'accepted' | 'assigned' | 'ended';
  readonly at: number;
  readonly wantedAt: number;
  /** When it is `assigned`: how long that took, less the time drivers were thinking. */
  readonly waitedMs?: number;
  /** When it has `ended`: how. */
  readonly outcome?: Outcome;
}

/** So many trips that have ended are remembered, to see that they end once. */
const REMEMBERED = 20_000;

/** Counts trips, latencies and violations of what the API promises. */
export class Tally {
  readonly #onChange: (change: TripChange) => void;
  readonly #trips = new Map<string, TripRecord>();
  readonly #over = new Set<string>();
  readonly violations: string[] = [];
  requested = 0;
  retries = 0;
  #startedAt = Date.now();
  #completedBefore = 0;
  #counts = { open: 0, completed: 0, cancelled: 0, unfulfilled: 0, refused: 0 };
  readonly #toAssigned = histogram();
  readonly #toAssignedWithoutThinking = histogram();
  readonly #accepted = histogram();

  constructor(onChange: (change: TripChange) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** Latencies and the rate are measured from now on; what has been counted stays counted. */
  begin(): void {
    this.#startedAt = Date.now();
    this.#completedBefore = this.#counts.completed;
    this.#toAssigned.reset();
    this.#toAssignedWithoutThinking.reset();
    this.#accepted.reset();
  }

  /** A rider wants a trip; it counts as requested from now on, accepted or not. */
  wanted(): void {
    this.requested += 1;
  }

  accepted(tripId: string, wantedAt: number): void {
    this.#accepted.recordValue(Date.now() - wantedAt);
    this.#trips.set(tripId, { wantedAt, outcome: 'open', assigned: false, thinking: [] });
    this.#counts.open += 1;
    this.#onChange({ tripId, is: 'accepted', at: Date.now(), wantedAt });
  }

  assigned(tripId: string): void {
    const trip = this.#trips.get(tripId);
    if (trip === undefined || trip.assigned) return;
    trip.assigned = true;
    const at = Date.now();
    const { wantedAt } = trip;
    const waitedMs = Math.max(0, at - wantedAt - covered(trip.thinking));
    this.#toAssigned.recordValue(at - wantedAt);
    this.#toAssignedWithoutThinking.recordValue(waitedMs);
    this.#onChange({ tripId, is: 'assigned', at, wantedAt, waitedMs });
  }

  thought(tripId: string, from: number, to: number): void {
    this.#trips.get(tripId)?.thinking.push([from, to]);
  }

  ended(tripId: string, outcome: Outcome): void {
    const trip = this.#trips.get(tripId);
    if (trip === undefined) return;
    if (trip.outcome !== 'open') {
      this.violation(`trip ${tripId} was ${trip.outcome} and then ${outcome}`);
      return;
    }
    trip.outcome = outcome;
    this.#counts.open -= 1;
    this.#counts[outcome] += 1;
    this.#over.add(tripId);
    if (this.#over.size > REMEMBERED) this.#forget(this.#over.values().next().value as string);
    this.#onChange({ tripId, is: 'ended', at: Date.now(), wantedAt: trip.wantedAt, outcome });
  }

  #forget(tripId: string): void {
    this.#over.delete(tripId);
    this.#trips.delete(tripId);
  }

  violation(text: string): void {
    this.violations.push(text);
  }

  report(): Report {
    const { open, ...ended } = this.#counts;
    const done = ended.completed + ended.cancelled + ended.unfulfilled + ended.refused;
    return {
      trips: { requested: this.requested, ...ended, open: Math.max(open, this.requested - done) },
      latencyMs: {
        requestToAssigned: percentiles(this.#toAssigned),
        requestToAssignedWithoutThinking: percentiles(this.#toAssignedWithoutThinking),
        requestAccepted: percentiles(this.#accepted),
      },
      completedTripsPerSecond:
        Math.round(
          ((ended.completed - this.#completedBefore) / ((Date.now() - this.#startedAt) / 1_000)) *
            100,
        ) / 100,
      retries: this.retries,
      violations: this.violations,
    };
  }
}

function histogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000,
    numberOfSignificantValueDigits: 3,
  });
}

function percentiles(of: Histogram): Percentiles {
  const at = (percent: number) => (of.totalCount === 0 ? 0 : of.getValueAtPercentile(percent));
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** How long the intervals last together, overlaps counted once. */
function covered(intervals: readonly (readonly [number, number])[]): number {
  let total = 0;
  let until = 0;
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}
