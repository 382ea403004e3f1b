import type { DriverEvent, Money, Position } from '../../../schemas/messages.gen.ts';

/** An offer that waits for the driver's answer. Times: milliseconds since 1970. */
export interface OpenOffer {
  readonly offerId: string;
  readonly tripId: string;
  readonly riderId: string;
  readonly pickup: Position;
  readonly dropoff: Position;
  readonly quote: Money;
  /** From the driver to the pickup, as the crow flies. */
  readonly distanceMetres: number;
  readonly expiresAt: number;
}

interface Person {
  readonly driverId: string;
  readonly name: string;
  readonly vehicle: string;
  readonly registeredAt: number;
}

interface Duty {
  readonly tripId: string;
  /** The accepted offer. */
  readonly offerId: string;
}

/**
 * A driver, with one offer or one trip at a time: this state, not the index of locations, is what
 * makes a double assignment impossible. What moves the passing states on:
 * - `offered`: the driver's answer, the withdrawal, or the deadline `expiresAt`;
 * - `assigned`, `onTrip`: the trip releases its driver when it ends, the dispatch when another won.
 */
export type DriverState =
  | { readonly status: 'unregistered' }
  | (Person & { readonly status: 'offline' | 'available' })
  | (Person & { readonly status: 'offered'; readonly offer: OpenOffer })
  | (Person & Duty & { readonly status: 'assigned' | 'onTrip' });

export type KnownDriver = Exclude<DriverState, { status: 'unregistered' }>;

export const initialDriver: DriverState = { status: 'unregistered' };

export function isKnownDriver(state: DriverState): state is KnownDriver {
  return state.status !== 'unregistered';
}

/** The driver after `event`. Total: an event that does not fit the state leaves it as it is. */
export function evolve(state: DriverState, event: DriverEvent): DriverState {
  if (event.type === 'DriverRegistered') return { status: 'offline', ...event.data };
  if (!isKnownDriver(state)) return state;
  const { driverId, name, vehicle, registeredAt } = state;
  const person = { driverId, name, vehicle, registeredAt };
  switch (event.type) {
    case 'DriverWentOnline':
      return { status: 'available', ...person };
    case 'DriverWentOffline':
      return { status: 'offline', ...person };
    case 'OfferMade': {
      const { driverId: _, ...offer } = event.data;
      return { status: 'offered', ...person, offer };
    }
    case 'OfferAccepted': {
      const { tripId, offerId } = event.data;
      return { status: 'assigned', ...person, tripId, offerId };
    }
    case 'RideBegun':
      return state.status === 'assigned' ? { ...state, status: 'onTrip' } : state;
    case 'OfferDeclined':
    case 'OfferExpired':
    case 'OfferWithdrawn':
    case 'DriverReleased':
      return { status: 'available', ...person };
    case 'OfferRejected':
    case 'DriverCommandRefused':
      return state;
    default:
      return event satisfies never;
  }
}
