import type { Actor, TripCommand, TripEvent } from '../../schemas/messages.gen.ts';
import { type TripInput, tripDecider } from './decide.ts';
import { quote } from './quote.ts';
import { defaultTariff, defaultTripRules } from './tariff.ts';

// A trip for the specifications: what comes in, and the events that lead to each stage.

export const decider = tripDecider(defaultTariff, defaultTripRules);
export const tripId = 't';
export const riderId = 'r';
export const driverId = 'd';
export const pickup = { latitude: 52.5, longitude: 13.4 };
export const dropoff = { latitude: 52.52, longitude: 13.4 };
export const expected = quote(pickup, dropoff, defaultTariff);
export const zero = { amountMinor: 0, currency: 'EUR' };

export const request: TripCommand = {
  type: 'RequestTrip',
  data: { tripId, riderId, pickup, dropoff },
};
export const { distanceMetres, durationSeconds, price, surge } = expected;
const ride = { tripId, riderId, pickup, dropoff, quote: price };
export const requested: TripEvent = {
  type: 'TripRequested',
  data: { ...ride, distanceMetres, durationSeconds, surge, requestedAt: 0 },
};
export const search = (
  attempt: number,
  excludedDriverIds: string[],
  startedAt: number,
): TripEvent => ({
  type: 'DriverSearchStarted',
  data: { ...ride, attempt, excludedDriverIds, startedAt },
});
export const match = (attempt = 1, offerId = 'o', driver = driverId): TripInput => ({
  type: 'DriverMatched',
  data: { tripId, attempt, round: 1, driverId: driver, offerId, withdrawn: [] },
});
export const assignment: TripEvent = {
  type: 'TripAssigned',
  data: { tripId, riderId, driverId, offerId: 'o', pickup, dropoff, attempt: 1, assignedAt: 0 },
};
export const who = { tripId, riderId, driverId };
export const stages = {
  requested: [requested],
  searching: [requested, search(1, [], 0)],
  assigned: [requested, search(1, [], 0), assignment],
  arrived: [] as TripEvent[],
  inProgress: [] as TripEvent[],
  completed: [] as TripEvent[],
};
stages.arrived = [...stages.assigned, { type: 'DriverArrived', data: { ...who, arrivedAt: 0 } }];
stages.inProgress = [...stages.arrived, { type: 'TripStarted', data: { ...who, startedAt: 0 } }];
stages.completed = [
  ...stages.inProgress,
  { type: 'TripCompleted', data: { ...who, fare: price, completedAt: 0 } },
];
export const cancel = (by: Actor, actorId: string): TripCommand => ({
  type: 'CancelTrip',
  data: { tripId, by, actorId, reason: null },
});
export const byDriver = (
  type: 'ReportArrival' | 'StartTrip' | 'CompleteTrip',
  driver = driverId,
): TripCommand => ({
  type,
  data: { tripId, driverId: driver },
});
export const verification = (
  outcome: 'VERIFIED' | 'REFUSED',
  reason: 'SUSPENDED' | null = null,
): TripInput => ({
  type: 'RiderVerification',
  data: { tripId, riderId, outcome, reason },
});
