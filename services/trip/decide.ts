import { type Decider, type Decision, ignore } from '../../platform/messaging/decider.ts';
import type {
  DispatchEvent,
  DriverMatched,
  RateTrip,
  RequestTrip,
  RiderReply,
  RiderVerification,
  SearchExhausted,
  TripCommand,
  TripEvent,
  TripRefusal,
} from '../../schemas/messages.gen.ts';
import { cancel } from './cancel.ts';
import { evolve } from './evolve.ts';
import { quote } from './quote.ts';
import { refuse, standing } from './refusal.ts';
import type { Tariff, TripRules } from './tariff.ts';
import { hasDriver, initialTrip, isEnded, type TripState } from './trip.ts';

/** What a trip listens to: commands, the rider service's answers, and how its search ended. */
export type TripInput =
  | TripCommand
  | RiderReply
  | Extract<DispatchEvent, { type: 'DriverMatched' | 'SearchExhausted' }>;

type Driving = Extract<TripCommand, { type: 'ReportArrival' | 'StartTrip' | 'CompleteTrip' }>;

/** The rules of a trip's life, from the request to exactly one end. */
export function tripDecider(
  tariff: Tariff,
  rules: TripRules,
): Decider<TripState, TripInput, TripEvent> {
  return {
    initialState: initialTrip,
    evolve,
    isEnded,
    decide(input, state, { now }) {
      switch (input.type) {
        case 'DeadlineReached':
          return ignore('a trip has no deadlines');
        case 'RequestTrip':
          return request(input.data, state, now, tariff, rules);
        case 'RiderVerification':
          return verified(input.data, state, now);
        case 'DriverMatched':
          return matched(input.data, state, now);
        case 'SearchExhausted':
          return exhausted(input.data, state, now);
        case 'CancelTrip':
          return cancel(input.data, state, now, tariff, rules);
        case 'ReportArrival':
        case 'StartTrip':
        case 'CompleteTrip':
          return drive(input, state, now);
        case 'RateTrip':
          return rate(input.data, state, now);
        default:
          return input satisfies never;
      }
    },
  };
}

function request(
  { tripId, riderId, pickup, dropoff }: RequestTrip,
  state: TripState,
  now: number,
  tariff: Tariff,
  { minimumDistanceMetres, maximumDistanceMetres }: TripRules,
): Decision<TripEvent> {
  if (state.status !== 'none') return ignore('has been requested');
  const { distanceMetres, durationSeconds, price, surge } = quote(pickup, dropoff, tariff);
  if (distanceMetres < minimumDistanceMetres)
    return refuseRequest(tripId, riderId, 'TOO_SHORT', now);
  if (distanceMetres > maximumDistanceMetres)
    return refuseRequest(tripId, riderId, 'TOO_LONG', now);
  const expected = { distanceMetres, durationSeconds, quote: price, surge };
  const data = { tripId, riderId, pickup, dropoff, ...expected, requestedAt: now };
  return [{ type: 'TripRequested', data }];
}

function refuseRequest(
  tripId: string,
  riderId: string,
  reason: TripRefusal,
  refusedAt: number,
): Decision<TripEvent> {
  return [{ type: 'TripRequestRefused', data: { tripId, riderId, reason, refusedAt } }];
}

function verified(answer: RiderVerification, state: TripState, now: number): Decision<TripEvent> {
  // A trip leaves this state once and never comes back: a late answer changes nothing at any time.
  if (state.status !== 'requested') return ignore('nobody waits for this answer');
  const { tripId, riderId, pickup, dropoff, quote } = state;
  if (answer.outcome === 'REFUSED') {
    return refuseRequest(tripId, riderId, answer.reason ?? 'UNKNOWN_RIDER', now);
  }
  const search = { attempt: 1, excludedDriverIds: [], startedAt: now };
  return [
    { type: 'DriverSearchStarted', data: { tripId, riderId, pickup, dropoff, quote, ...search } },
  ];
}

function matched(match: DriverMatched, state: TripState, now: number): Decision<TripEvent> {
  const { tripId, driverId, offerId, attempt } = match;
  if (state.status !== 'searching' || state.attempt !== attempt) {
    const current = 'offerId' in state ? state.offerId : undefined;
    if (current === offerId) return ignore('is assigned to this driver');
    const reason = state.status === 'searching' ? 'the search has begun anew' : standing(state);
    return [{ type: 'DriverMatchRefused', data: { tripId, driverId, offerId, reason } }];
  }
  const { riderId, pickup, dropoff } = state;
  const data = { tripId, riderId, driverId, offerId, pickup, dropoff, attempt, assignedAt: now };
  return [{ type: 'TripAssigned', data }];
}

function exhausted(search: SearchExhausted, state: TripState, now: number): Decision<TripEvent> {
  const { tripId, attempt, rounds } = search;
  if (state.status !== 'searching' || state.attempt !== attempt)
    return ignore('this search is over');
  const { riderId } = state;
  return [{ type: 'TripUnfulfilled', data: { tripId, riderId, rounds, endedAt: now } }];
}

/** The way of the trip's driver: there, in, done. A step taken twice changes nothing. */
function drive(command: Driving, state: TripState, now: number): Decision<TripEvent> {
  const { tripId, driverId } = command.data;
  const refused = (reason: string) => refuse(command, state, 'DRIVER', driverId, reason);
  if (!hasDriver(state) && state.status !== 'completed') return refused(standing(state));
  if (state.driverId !== driverId) return refused('the driver does not have this trip');
  const { riderId } = state;
  switch (command.type) {
    case 'ReportArrival':
      if (state.status !== 'assigned') return ignore('has arrived');
      return [{ type: 'DriverArrived', data: { tripId, riderId, driverId, arrivedAt: now } }];
    case 'StartTrip':
      if (state.status === 'assigned') return refused('the driver has not arrived');
      if (state.status !== 'arrived') return ignore('has begun');
      return [{ type: 'TripStarted', data: { tripId, riderId, driverId, startedAt: now } }];
    case 'CompleteTrip': {
      if (state.status === 'completed') return ignore('is completed');
      if (state.status !== 'inProgress') return refused('the ride has not begun');
      const data = { tripId, riderId, driverId, fare: state.quote, completedAt: now };
      return [{ type: 'TripCompleted', data }];
    }
    default:
      return command satisfies never;
  }
}

function rate(data: RateTrip, state: TripState, now: number): Decision<TripEvent> {
  const { by, actorId, stars, comment } = data;
  const refused = (why: string) => refuse({ type: 'RateTrip', data }, state, by, actorId, why);
  if (state.status !== 'completed') return refused(standing(state));
  if (by === 'OPERATOR') return refused('only rider and driver rate a trip');
  const [side, ratedBy] =
    by === 'RIDER' ? (['rider', state.riderId] as const) : (['driver', state.driverId] as const);
  if (actorId !== ratedBy) return refused(`another ${side} had this trip`);
  if (!Number.isInteger(stars) || stars < 1 || stars > 5) return refused('stars go from 1 to 5');
  const earlier = state.ratings[side];
  if (earlier?.stars === stars && earlier.comment === comment) return ignore('is rated so');
  if (earlier !== null) return refused('has been rated');
  return [{ type: 'TripRated', data: { ...data, ratedAt: now } }];
}
