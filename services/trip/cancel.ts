import { type Decision, ignore } from '../../platform/messaging/decider.ts';
import type { CancelTrip, Money, TripEvent, TripStage } from '../../schemas/messages.gen.ts';
import { refuse, standing } from './refusal.ts';
import type { Tariff, TripRules } from './tariff.ts';
import { type AssignedTrip, hasDriver, isEnded, type OpenTrip, type TripState } from './trip.ts';

const stages = {
  requested: 'REQUESTED',
  searching: 'SEARCHING',
  assigned: 'ASSIGNED',
  arrived: 'ARRIVED',
  inProgress: 'IN_PROGRESS',
} as const satisfies Record<OpenTrip['status'], TripStage>;

/**
 * Cancels a trip that has not ended. The rider, the driver who has it, and an operator may; a driver
 * who gives it up before the ride begins sends it back to searching.
 */
export function cancel(
  data: CancelTrip,
  state: TripState,
  now: number,
  tariff: Tariff,
  rules: TripRules,
): Decision<TripEvent> {
  const { tripId, by, actorId, reason } = data;
  const refused = (why: string) => refuse({ type: 'CancelTrip', data }, state, by, actorId, why);
  if (state.status === 'cancelled') return ignore('is cancelled');
  if (state.status === 'none' || isEnded(state)) return refused(standing(state));
  const open = state as OpenTrip;
  if (by === 'RIDER' && actorId !== open.riderId) return refused("it is another rider's trip");
  if (by === 'DRIVER') {
    if (!hasDriver(open) || open.driverId !== actorId)
      return refused('the driver does not have this trip');
    if (open.status !== 'inProgress') return withdraw(open, reason, now);
  }
  return [
    {
      type: 'TripCancelled',
      data: {
        tripId,
        riderId: open.riderId,
        driverId: hasDriver(open) ? open.driverId : null,
        by,
        actorId,
        reason,
        fee: by === 'RIDER' ? feeOf(open, now, tariff, rules) : { ...open.quote, amountMinor: 0 },
        stage: stages[open.status],
        cancelledAt: now,
      },
    },
  ];
}

/**
 * What it costs a rider to cancel: nothing before a driver is assigned and for `graceMs` after, then
 * the tariff's fee, and the whole quote once the ride has begun. Never more than is held.
 */
function feeOf(
  trip: OpenTrip,
  now: number,
  { cancellationFee }: Tariff,
  { graceMs }: TripRules,
): Money {
  const { quote } = trip;
  if (trip.status === 'inProgress') return quote;
  const late = hasDriver(trip) && now > trip.assignedAt + graceMs;
  return { ...quote, amountMinor: late ? Math.min(cancellationFee, quote.amountMinor) : 0 };
}

function withdraw(trip: AssignedTrip, reason: string | null, now: number): Decision<TripEvent> {
  const { tripId, riderId, driverId, pickup, dropoff, quote } = trip;
  return [
    { type: 'DriverWithdrew', data: { tripId, riderId, driverId, reason, withdrewAt: now } },
    {
      type: 'DriverSearchStarted',
      data: {
        tripId,
        riderId,
        pickup,
        dropoff,
        quote,
        attempt: trip.attempt + 1,
        excludedDriverIds: [...trip.excludedDriverIds, driverId],
        startedAt: now,
      },
    },
  ];
}
