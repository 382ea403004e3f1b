import type { Outgoing, Received } from '../../platform/messaging/message.ts';
import type {
  DriverCommand,
  ReleaseOutcome,
  RiderCommand,
  TripEvent,
} from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';

type Sent = Outgoing<RiderCommand | DriverCommand>;

/** Whom a trip asks and tells: the rider service about money, the driver service about its driver. */
export function tripPolicy(event: Received<TripEvent>): readonly Sent[] {
  switch (event.type) {
    case 'TripRequested': {
      const { tripId, riderId, quote } = event.data;
      return [
        {
          ...toRider({ type: 'VerifyRider', data: { riderId, tripId, quote } }),
          replyTopic: topics.tripCommands.name,
          correlationId: tripId,
        },
      ];
    }
    case 'DriverMatchRefused':
      return [release(event.data, 'MATCH_REFUSED')];
    case 'DriverWithdrew':
      return [release(event.data, 'WITHDREW')];
    case 'TripStarted': {
      const { tripId, driverId } = event.data;
      return [toDriver({ type: 'BeginRide', data: { driverId, tripId } })];
    }
    case 'TripCompleted': {
      const { tripId, riderId, driverId, fare } = event.data;
      return [
        release({ tripId, driverId }, 'COMPLETED'),
        toRider({ type: 'CaptureFare', data: { riderId, tripId, amount: fare, kind: 'FARE' } }),
      ];
    }
    case 'TripCancelled': {
      const { tripId, riderId, driverId, fee } = event.data;
      const settle: RiderCommand =
        fee.amountMinor > 0
          ? {
              type: 'CaptureFare',
              data: { riderId, tripId, amount: fee, kind: 'CANCELLATION_FEE' },
            }
          : { type: 'ReleaseHold', data: { riderId, tripId } };
      return [...(driverId ? [release({ tripId, driverId }, 'CANCELLED')] : []), toRider(settle)];
    }
    case 'TripUnfulfilled': {
      const { tripId, riderId } = event.data;
      return [toRider({ type: 'ReleaseHold', data: { riderId, tripId } })];
    }
    // Dispatch subscribes to searches; nobody else is told of these.
    case 'DriverSearchStarted':
    case 'TripRequestRefused':
    case 'TripAssigned':
    case 'DriverArrived':
    case 'TripRated':
    case 'TripCommandRefused':
      return [];
    default:
      return event satisfies never;
  }
}

function toRider(message: RiderCommand): Sent {
  return { to: topics.riderCommands.name, key: message.data.riderId, message };
}

function toDriver(message: DriverCommand): Sent {
  return { to: topics.driverCommands.name, key: message.data.driverId, message };
}

function release(
  { tripId, driverId }: { readonly tripId: string; readonly driverId: string },
  outcome: ReleaseOutcome,
): Sent {
  return toDriver({ type: 'ReleaseDriver', data: { driverId, tripId, outcome } });
}
