import { z } from 'zod';
import { id, money, position, time } from '../../platform/http/shapes.ts';
import type { Actor, TripRefusal, TripStage } from '../../schemas/messages.gen.ts';
import type { TripState } from './trip.ts';

/** A trip that somebody asked for. */
export type KnownTrip = Exclude<TripState, { status: 'none' }>;
export type TripStatus = z.output<typeof tripResource>['status'];

const rating = z.strictObject({ stars: z.int(), comment: z.string().nullable() });

/** A trip as the API shows it; names of the state document may change, these do not. */
export const tripResource = z
  .strictObject({
    tripId: id,
    riderId: id,
    status: z.enum([
      'pending',
      'requested',
      'refused',
      'searching',
      'assigned',
      'arrived',
      'in-progress',
      'completed',
      'cancelled',
      'unfulfilled',
    ]),
    pickup: position.optional(),
    dropoff: position.optional(),
    distanceMetres: z.number().optional().describe('The estimated way.'),
    durationSeconds: z.number().optional(),
    quote: money.optional().describe('What a completed trip costs; fixed at the request.'),
    surge: z.number().optional(),
    attempt: z
      .int()
      .optional()
      .describe('The search for a driver, from 1; grows when one withdraws.'),
    driverId: id.optional(),
    fare: money.optional(),
    fee: money.optional().describe('What the cancellation costs.'),
    reason: z.string().optional().describe('Why it was refused, or cancelled.'),
    cancelledBy: z.enum(['rider', 'driver', 'operator']).optional(),
    cancelledWhile: z
      .string()
      .optional()
      .describe('How far the trip had come when it was cancelled.'),
    ratings: z
      .strictObject({ rider: rating.nullable(), driver: rating.nullable() })
      .optional()
      .describe('Given by the rider, and by the driver.'),
    requestedAt: time.optional(),
    assignedAt: time.optional(),
    arrivedAt: time.optional(),
    startedAt: time.optional(),
    endedAt: time.optional(),
  })
  .meta({
    id: 'Trip',
    description:
      'A trip. `pending` has been accepted and not been looked at yet. Times: ms since 1970.',
  });

type TripResource = z.output<typeof tripResource>;

export function isKnownTrip(state: TripState): state is KnownTrip {
  return state.status !== 'none';
}

/** `IN_PROGRESS` as `in-progress`. */
const word = (symbol: TripRefusal | TripStage): string => symbol.toLowerCase().replaceAll('_', '-');
const actors = { RIDER: 'rider', DRIVER: 'driver', OPERATOR: 'operator' } as const satisfies Record<
  Actor,
  string
>;

/** What was asked for, as `POST /trips` takes it; `undefined` where the document does not say. */
export function requestOf(
  state: KnownTrip,
): Pick<TripResource, 'riderId' | 'pickup' | 'dropoff'> | undefined {
  const ride = state.status === 'refused' ? state.ride : state;
  return ride ? { riderId: ride.riderId, pickup: ride.pickup, dropoff: ride.dropoff } : undefined;
}

export function presentTrip(state: KnownTrip): TripResource {
  const { tripId, riderId } = state;
  const ride = state.status === 'refused' ? state.ride : state;
  return {
    tripId,
    riderId,
    status: state.status === 'inProgress' ? 'in-progress' : state.status,
    ...(ride && {
      pickup: ride.pickup,
      dropoff: ride.dropoff,
      distanceMetres: ride.distanceMetres,
      durationSeconds: ride.durationSeconds,
      quote: ride.quote,
      surge: ride.surge,
      requestedAt: ride.requestedAt,
    }),
    ...progress(state),
  };
}

function progress(state: KnownTrip): Partial<TripResource> {
  switch (state.status) {
    case 'requested':
      return {};
    case 'refused':
      return { reason: word(state.reason), endedAt: state.refusedAt };
    case 'searching':
      return { attempt: state.attempt };
    case 'assigned':
    case 'arrived':
    case 'inProgress':
    case 'completed':
      return {
        attempt: state.attempt,
        driverId: state.driverId,
        assignedAt: state.assignedAt,
        ...('arrivedAt' in state && { arrivedAt: state.arrivedAt }),
        ...('startedAt' in state && { startedAt: state.startedAt }),
        ...(state.status === 'completed' && {
          fare: state.fare,
          ratings: state.ratings,
          endedAt: state.completedAt,
        }),
      };
    case 'cancelled':
      return {
        attempt: state.attempt,
        ...(state.assignment && {
          driverId: state.assignment.driverId,
          assignedAt: state.assignment.assignedAt,
        }),
        fee: state.fee,
        ...(state.reason !== null && { reason: state.reason }),
        cancelledBy: actors[state.by],
        cancelledWhile: word(state.stage),
        endedAt: state.cancelledAt,
      };
    case 'unfulfilled':
      return { attempt: state.attempt, endedAt: state.endedAt };
    default:
      return state satisfies never;
  }
}
