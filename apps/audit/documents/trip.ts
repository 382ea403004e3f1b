import type { TripEvent, TripRequested } from '../../../schemas/messages.gen.ts';

/** What the read model must say of a trip: the auditor's own fold, of a document's shape. */
export type TripDocument = Record<string, unknown> & { readonly status: string };

const rideFields: readonly (keyof TripRequested)[] = [
  'tripId',
  'riderId',
  'pickup',
  'dropoff',
  'distanceMetres',
  'durationSeconds',
  'quote',
  'surge',
  'requestedAt',
];

const some = (from: object, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, (from as Record<string, unknown>)[name]]));

export function foldTrip(
  document: TripDocument | undefined,
  event: TripEvent,
): TripDocument | undefined {
  if (event.type === 'TripRequested') return { status: 'requested', ...event.data };
  if (event.type === 'TripRequestRefused') {
    const ride = document === undefined ? null : some(document, rideFields);
    return { status: 'refused', ...event.data, ride };
  }
  if (document === undefined) return undefined;
  switch (event.type) {
    case 'DriverSearchStarted': {
      const { attempt, excludedDriverIds, startedAt } = event.data;
      const search = { attempt, excludedDriverIds, searchingSince: startedAt };
      return { status: 'searching', ...some(document, rideFields), ...search };
    }
    case 'TripAssigned': {
      const { driverId, offerId, assignedAt } = event.data;
      return { ...searched(document), status: 'assigned', driverId, offerId, assignedAt };
    }
    case 'DriverArrived':
      return { ...document, status: 'arrived', arrivedAt: event.data.arrivedAt };
    case 'TripStarted':
      return { ...document, status: 'inProgress', startedAt: event.data.startedAt };
    case 'TripCompleted': {
      const { fare, completedAt } = event.data;
      const ratings = { rider: null, driver: null };
      return { ...document, status: 'completed', fare, completedAt, ratings };
    }
    case 'TripCancelled': {
      const { attempt = 0, excludedDriverIds = [] } = document;
      const names = ['driverId', 'offerId', 'assignedAt'];
      const assignment = 'driverId' in document ? some(document, names) : null;
      const { by, actorId, reason, fee, stage, cancelledAt } = event.data;
      const end = { by, actorId, reason, fee, stage, cancelledAt };
      const search = { attempt, excludedDriverIds, assignment };
      return { status: 'cancelled', ...some(document, rideFields), ...search, ...end };
    }
    case 'TripUnfulfilled': {
      const { rounds, endedAt } = event.data;
      return { ...searched(document), status: 'unfulfilled', rounds, endedAt };
    }
    case 'TripRated': {
      const { by, stars, comment } = event.data;
      const ratings = document['ratings'] as object;
      const side = by === 'RIDER' ? 'rider' : 'driver';
      return { ...document, ratings: { ...ratings, [side]: { stars, comment } } };
    }
    default:
      return document;
  }
}

function searched({ searchingSince: _, ...rest }: TripDocument): Record<string, unknown> {
  return rest;
}
