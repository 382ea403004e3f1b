import type { Actor, Money, Position, TripRefusal, TripStage } from '../../schemas/messages.gen.ts';

/** What was asked for and quoted; part of every state from the request on. Times: ms since 1970. */
export interface Ride {
  readonly tripId: string;
  readonly riderId: string;
  readonly pickup: Position;
  readonly dropoff: Position;
  readonly distanceMetres: number;
  readonly durationSeconds: number;
  /** Fixed at the request; what a completed ride costs. */
  readonly quote: Money;
  readonly surge: number;
  readonly requestedAt: number;
}

/** The search for a driver: a new attempt each time a driver withdraws. */
interface Search {
  /** Counts from 1; 0 before the first search. */
  readonly attempt: number;
  /** The drivers who withdrew from this trip. */
  readonly excludedDriverIds: readonly string[];
}

interface Assignment {
  readonly driverId: string;
  readonly offerId: string;
  readonly assignedAt: number;
}

interface Arrival {
  readonly arrivedAt: number;
}

interface Start {
  readonly startedAt: number;
}

/** Each side may rate a completed trip once. */
export interface Rating {
  readonly stars: number;
  readonly comment: string | null;
}

type In<Status extends string> = { readonly status: Status };

/**
 * A trip. What moves the states that have not ended on:
 * - `requested`: the rider's answer to `VerifyRider`, which is sent on account of the request;
 * - `searching`: the dispatch's match, or that its rounds are used up; each round has a deadline;
 * - `assigned`, `arrived`, `inProgress`: people. The driver goes on or gives up, the rider or an
 *   operator can cancel.
 */
export type TripState =
  | In<'none'>
  | (In<'requested'> & Ride)
  | (In<'searching'> & Ride & Search & { readonly searchingSince: number })
  | (In<'assigned'> & Ride & Search & Assignment)
  | (In<'arrived'> & Ride & Search & Assignment & Arrival)
  | (In<'inProgress'> & Ride & Search & Assignment & Arrival & Start)
  | CompletedTrip
  | CancelledTrip
  | (In<'unfulfilled'> & Ride & Search & { readonly rounds: number; readonly endedAt: number })
  | RefusedTrip;

export type CompletedTrip = In<'completed'> &
  Ride &
  Search &
  Assignment &
  Arrival &
  Start & {
    readonly fare: Money;
    readonly completedAt: number;
    readonly ratings: { readonly rider: Rating | null; readonly driver: Rating | null };
  };

export type CancelledTrip = In<'cancelled'> &
  Ride &
  Search & {
    /** The driver who was on the way or driving, with their offer. */
    readonly assignment: Assignment | null;
    readonly by: Actor;
    readonly actorId: string;
    readonly reason: string | null;
    readonly fee: Money;
    readonly stage: TripStage;
    readonly cancelledAt: number;
  };

/** Refused for its distance, or on the rider's side; `ride` is there in the latter case. */
export type RefusedTrip = In<'refused'> & {
  readonly tripId: string;
  readonly riderId: string;
  readonly ride: Ride | null;
  readonly reason: TripRefusal;
  readonly refusedAt: number;
};

export type OpenTrip = Exclude<
  TripState,
  { status: 'none' | 'completed' | 'cancelled' | 'unfulfilled' | 'refused' }
>;
export type AssignedTrip = Extract<OpenTrip, { status: 'assigned' | 'arrived' | 'inProgress' }>;

export const initialTrip: TripState = { status: 'none' };

/** Whether nothing more can happen to the trip, but for ratings. */
export function isEnded({ status }: TripState): boolean {
  return !['requested', 'searching', 'assigned', 'arrived', 'inProgress'].includes(status);
}

/** Whether a driver is assigned and the trip goes on. */
export function hasDriver(state: TripState): state is AssignedTrip {
  const { status } = state;
  return status === 'assigned' || status === 'arrived' || status === 'inProgress';
}
