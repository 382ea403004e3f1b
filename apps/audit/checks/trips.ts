import type { Money, TripEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Recent } from '../recent.ts';
import { disagreement } from './trip-facts.ts';

export type TripStatus =
  | 'none'
  | 'requested'
  | 'searching'
  | 'assigned'
  | 'arrived'
  | 'inProgress'
  | 'withdrawn'
  | 'completed'
  | 'cancelled'
  | 'unfulfilled'
  | 'refused';

/** What is known of a trip while it is open. */
export interface OpenTrip {
  status: TripStatus;
  readonly requested: Place;
  readonly riderId: string;
  readonly quote: Money;
  /** The number of its latest search. */
  attempt: number;
  driverId: string | null;
  offerId: string | null;
}

interface EndedTrip {
  readonly status: TripStatus;
  readonly ratedBy: string[];
}

type Type = TripEvent['type'];

const underWay: readonly TripStatus[] = [
  'requested',
  'searching',
  'assigned',
  'arrived',
  'inProgress',
];

/** From which states an event may come; those that are not here may come at any time. */
const allowed: Partial<Record<Type, readonly TripStatus[]>> = {
  TripRequested: ['none'],
  TripRequestRefused: ['none', 'requested'],
  DriverSearchStarted: ['requested', 'withdrawn'],
  TripAssigned: ['searching'],
  DriverArrived: ['assigned'],
  TripStarted: ['arrived'],
  TripCompleted: ['inProgress'],
  TripCancelled: underWay,
  DriverWithdrew: ['assigned', 'arrived'],
  TripUnfulfilled: ['searching'],
  TripRated: ['completed'],
};

/** Where an event leads. */
const leadsTo: Partial<Record<Type, TripStatus>> = {
  TripRequestRefused: 'refused',
  DriverSearchStarted: 'searching',
  TripAssigned: 'assigned',
  DriverArrived: 'arrived',
  TripStarted: 'inProgress',
  TripCompleted: 'completed',
  TripCancelled: 'cancelled',
  DriverWithdrew: 'withdrawn',
  TripUnfulfilled: 'unfulfilled',
};

const ends: readonly TripStatus[] = ['completed', 'cancelled', 'unfulfilled', 'refused'];

/** Trips go through legal transitions only, keep their rider and driver, and end once. */
export class Trips implements Check {
  readonly #findings: Findings;
  readonly #open = new Map<string, OpenTrip>();
  readonly #ended = new Recent<EndedTrip>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  trip(event: Recorded<TripEvent>): void {
    const { type, at } = event;
    const { tripId } = event.data;
    const trip = this.#open.get(tripId);
    const ended = this.#ended.get(tripId);
    const status = trip?.status ?? ended?.status ?? 'none';
    // A trip can be rated when its end has long been forgotten.
    if (type === 'TripRated' && status === 'none') return;
    if (allowed[type]?.includes(status) === false) {
      this.#wrong(
        `${type} of a trip that ${status === 'none' ? 'is not open' : `is ${status}`}`,
        event,
      );
      return;
    }
    if (event.type === 'TripRated') {
      const { by } = event.data;
      if (ended?.ratedBy.includes(by)) this.#wrong(`rated by the ${by} a second time`, event);
      ended?.ratedBy.push(by);
      return;
    }
    const wrong = trip && disagreement(trip, event);
    if (wrong !== undefined) this.#wrong(wrong, event);
    if (event.type === 'TripRequested') {
      const { riderId, quote } = event.data;
      const rest = { attempt: 0, driverId: null, offerId: null };
      this.#open.set(tripId, { status: 'requested', requested: at, riderId, quote, ...rest });
      this.#findings.count('trips requested');
      return;
    }
    const next = leadsTo[type];
    if (next === undefined) return;
    if (ends.includes(next)) {
      this.#open.delete(tripId);
      this.#ended.put(tripId, { status: next, ratedBy: [] });
      this.#findings.count(trip ? `trips ${next}` : 'requests refused');
    } else if (trip !== undefined) {
      trip.status = next;
      if (event.type === 'DriverSearchStarted') {
        Object.assign(trip, { attempt: event.data.attempt, driverId: null, offerId: null });
      } else if (event.type === 'TripAssigned') {
        trip.driverId = event.data.driverId;
        trip.offerId = event.data.offerId;
      }
    }
  }

  end(end: End): void {
    for (const [tripId, { status, requested }] of this.#open) {
      const text = `the trip has no end, it is ${status}`;
      end.unfinished('trips open', 'trip', text, requested, tripId);
    }
  }

  #wrong(text: string, { at, data }: Recorded<TripEvent>): void {
    this.#findings.violation('transition', text, at, data.tripId);
  }
}
