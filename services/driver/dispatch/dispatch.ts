import type {
  Answer,
  DispatchEvent,
  Money,
  Offer,
  Position,
} from '../../../schemas/messages.gen.ts';

/** An offer of the open round; `answer` is `null` while the driver is asked. */
export interface AskedOffer extends Offer {
  readonly answer: Answer | null;
}

/** A search with an open round. Times: milliseconds since 1970. */
export interface OpenSearch {
  readonly status: 'searching';
  readonly tripId: string;
  readonly riderId: string;
  readonly pickup: Position;
  readonly dropoff: Position;
  readonly quote: Money;
  readonly attempt: number;
  /** Counts from 1 within the attempt. */
  readonly round: number;
  readonly offers: readonly AskedOffer[];
  readonly closesAt: number;
  /** Drivers who will not be asked again: they withdrew, declined, or let an offer expire. */
  readonly excludedDriverIds: readonly string[];
}

/**
 * The search for a trip's driver. What moves `searching` on: the answers, or the deadline of the
 * round. `matched` may search again, in a new attempt, when the driver gives the trip up.
 */
export type DispatchState =
  | { readonly status: 'none' }
  | OpenSearch
  | {
      readonly status: 'matched' | 'exhausted' | 'cancelled';
      readonly tripId: string;
      readonly attempt: number;
      readonly round: number;
      readonly driverId: string | null;
    };

/** How a search goes about. Distances in metres as the crow flies, times in milliseconds. */
export interface DispatchRules {
  /** How many drivers are asked at once. */
  readonly offersPerRound: number;
  readonly firstRadiusMetres: number;
  /** The radius doubles with each round up to this. */
  readonly largestRadiusMetres: number;
  /** How long drivers have for their answer. */
  readonly windowMs: number;
  /** How long a first round without candidates lasts; twice as long with each round after. */
  readonly emptyRoundMs: number;
  readonly longestEmptyRoundMs: number;
  /** How long answers that were given in time may take to arrive. */
  readonly graceMs: number;
  readonly maximumRounds: number;
}

export const defaultDispatchRules: DispatchRules = {
  offersPerRound: 3,
  firstRadiusMetres: 1_000,
  largestRadiusMetres: 16_000,
  windowMs: 8_000,
  emptyRoundMs: 25,
  longestEmptyRoundMs: 5_000,
  graceMs: 1_000,
  maximumRounds: 10,
};

export const initialDispatch: DispatchState = { status: 'none' };

/** The dispatch after `event`. Total: an event that does not fit the state leaves it as it is. */
export function evolve(state: DispatchState, event: DispatchEvent): DispatchState {
  switch (event.type) {
    case 'OfferRoundOpened': {
      const { radiusMetres: _, openedAt: __, offers, excludedDriverIds, ...search } = event.data;
      const asked = offers.map((offer) => ({ ...offer, answer: null }));
      return { status: 'searching', ...search, offers: asked, excludedDriverIds };
    }
    case 'OfferAnswered': {
      if (state.status !== 'searching') return state;
      const { offerId, answer } = event.data;
      const offers = state.offers.map((offer) =>
        offer.offerId === offerId ? { ...offer, answer } : offer,
      );
      return { ...state, offers };
    }
    case 'OfferRoundClosed': // the next round follows in the same step
      return state;
    case 'DriverMatched':
      return ended(state, 'matched', event.data.driverId);
    case 'SearchExhausted':
      return ended(state, 'exhausted', null);
    case 'SearchCancelled':
      return ended(state, 'cancelled', null);
    default:
      return event satisfies never;
  }
}

function ended(
  state: DispatchState,
  status: 'matched' | 'exhausted' | 'cancelled',
  driverId: string | null,
): DispatchState {
  if (state.status !== 'searching') return state;
  const { tripId, attempt, round } = state;
  return { status, tripId, attempt, round, driverId };
}
