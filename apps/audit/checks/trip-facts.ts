import type { TripEvent } from '../../../schemas/messages.gen.ts';
import type { OpenTrip } from './trips.ts';

const stages: Readonly<Record<string, string>> = {
  requested: 'REQUESTED',
  searching: 'SEARCHING',
  assigned: 'ASSIGNED',
  arrived: 'ARRIVED',
  inProgress: 'IN_PROGRESS',
};

/** What an event says that cannot be true of the trip, though it may come in its state. */
export function disagreement(trip: OpenTrip, event: TripEvent): string | undefined {
  const { riderId, driverId, attempt, quote, status } = trip;
  const { data } = event;
  if ('riderId' in data && data.riderId !== null && data.riderId !== riderId)
    return `it names rider ${data.riderId}; the trip is of ${riderId}`;
  switch (event.type) {
    case 'DriverSearchStarted':
      return event.data.attempt === attempt + 1
        ? undefined
        : `search ${event.data.attempt} after search ${attempt}`;
    case 'TripAssigned':
      return event.data.attempt === attempt
        ? undefined
        : `assigned of search ${event.data.attempt} in search ${attempt}`;
    case 'DriverMatchRefused':
      return event.data.offerId === trip.offerId
        ? 'the match that the trip goes on with is refused'
        : undefined;
    case 'DriverArrived':
    case 'TripStarted':
    case 'TripCompleted':
    case 'DriverWithdrew':
    case 'TripCancelled':
      if (event.data.driverId !== driverId)
        return `it names driver ${event.data.driverId}; the trip has ${driverId}`;
      if (event.type === 'TripCompleted') {
        const { amountMinor, currency } = event.data.fare;
        if (amountMinor === quote.amountMinor && currency === quote.currency) return undefined;
        return `the fare is ${amountMinor} ${currency}, the quote ${quote.amountMinor} ${quote.currency}`;
      }
      if (event.type !== 'TripCancelled') return undefined;
      if (event.data.stage !== stages[status])
        return `cancelled in stage ${event.data.stage}; it is ${status}`;
      if (event.data.fee.amountMinor > quote.amountMinor || event.data.fee.amountMinor < 0)
        return `the fee is ${event.data.fee.amountMinor}, the quote ${quote.amountMinor}`;
      return undefined;
    default:
      return undefined;
  }
}
