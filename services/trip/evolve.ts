import type { TripEvent } from '../../schemas/messages.gen.ts';
import { type CompletedTrip, hasDriver, type OpenTrip, type Ride, type TripState } from './trip.ts';

type After<Type extends TripEvent['type']> = Extract<TripEvent, { type: Type }>['data'];

/** The trip after `event`. Total: an event that does not fit the state leaves it as it is. */
export function evolve(state: TripState, event: TripEvent): TripState {
  switch (event.type) {
    case 'TripRequested':
      return { status: 'requested', ...event.data };
    case 'TripRequestRefused':
      return refused(state, event.data);
    case 'DriverSearchStarted':
      return searching(state, event.data);
    case 'TripAssigned': {
      if (state.status !== 'searching') return state;
      const { searchingSince: _, ...rest } = state;
      const { driverId, offerId, assignedAt } = event.data;
      return { ...rest, status: 'assigned', driverId, offerId, assignedAt };
    }
    case 'DriverArrived':
      if (state.status !== 'assigned') return state;
      return { ...state, status: 'arrived', arrivedAt: event.data.arrivedAt };
    case 'TripStarted':
      if (state.status !== 'arrived') return state;
      return { ...state, status: 'inProgress', startedAt: event.data.startedAt };
    case 'TripCompleted': {
      if (state.status !== 'inProgress') return state;
      const { fare, completedAt } = event.data;
      const ratings = { rider: null, driver: null };
      return { ...state, status: 'completed', fare, completedAt, ratings };
    }
    case 'TripCancelled':
      return isOpen(state) ? cancelled(state, event.data) : state;
    case 'TripUnfulfilled': {
      if (state.status !== 'searching') return state;
      const { searchingSince: _, ...rest } = state;
      const { rounds, endedAt } = event.data;
      return { ...rest, status: 'unfulfilled', rounds, endedAt };
    }
    case 'TripRated':
      return state.status === 'completed' ? rated(state, event.data) : state;
    case 'DriverWithdrew': // the search that follows says it all
    case 'DriverMatchRefused':
    case 'TripCommandRefused':
      return state;
    default:
      return event satisfies never;
  }
}

function isOpen(state: TripState): state is OpenTrip {
  return state.status === 'requested' || state.status === 'searching' || hasDriver(state);
}

/** What was asked for, without what has happened since. */
function rideOf(state: OpenTrip): Ride {
  const { tripId, riderId, pickup, dropoff, requestedAt } = state;
  const { distanceMetres, durationSeconds, quote, surge } = state;
  const expected = { distanceMetres, durationSeconds, quote, surge };
  return { tripId, riderId, pickup, dropoff, ...expected, requestedAt };
}

function refused(state: TripState, data: After<'TripRequestRefused'>): TripState {
  if (state.status !== 'none' && state.status !== 'requested') return state;
  const ride = state.status === 'requested' ? rideOf(state) : null;
  return { status: 'refused', ...data, ride };
}

function searching(state: TripState, data: After<'DriverSearchStarted'>): TripState {
  if (!isOpen(state) || state.status === 'searching') return state;
  const { attempt, excludedDriverIds, startedAt } = data;
  const search = { attempt, excludedDriverIds, searchingSince: startedAt };
  return { status: 'searching', ...rideOf(state), ...search };
}

function cancelled(state: OpenTrip, data: After<'TripCancelled'>): TripState {
  const { by, actorId, reason, fee, stage, cancelledAt } = data;
  const { attempt, excludedDriverIds } =
    state.status === 'requested' ? { attempt: 0, excludedDriverIds: [] } : state;
  const assignment = hasDriver(state)
    ? { driverId: state.driverId, offerId: state.offerId, assignedAt: state.assignedAt }
    : null;
  const search = { attempt, excludedDriverIds, assignment };
  const end = { by, actorId, reason, fee, stage, cancelledAt };
  return { status: 'cancelled', ...rideOf(state), ...search, ...end };
}

function rated(state: CompletedTrip, { by, stars, comment }: After<'TripRated'>): TripState {
  const side = by === 'RIDER' ? 'rider' : 'driver';
  return { ...state, ratings: { ...state.ratings, [side]: { stars, comment } } };
}
