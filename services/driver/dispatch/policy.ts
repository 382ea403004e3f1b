import type { Outgoing, Received } from '../../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverCommand,
  WithdrawnOffer,
} from '../../../schemas/messages.gen.ts';
import { topics } from '../../../schemas/topics.ts';

type Sent = Outgoing<DriverCommand>;

/** Offers the trip to the round's drivers, and takes offers back. The trip hears by subscription. */
export function dispatchPolicy(event: Received<DispatchEvent>): readonly Sent[] {
  switch (event.type) {
    case 'OfferRoundOpened': {
      const { tripId, riderId, pickup, dropoff, quote, closesAt: expiresAt, offers } = event.data;
      const trip = { tripId, riderId, pickup, dropoff, quote, expiresAt };
      return offers.map((offer) => ({
        ...toDriver({ type: 'OfferTrip', data: { ...offer, ...trip } }),
        replyTopic: topics.dispatchCommands.name,
        correlationId: offer.offerId,
      }));
    }
    case 'OfferRoundClosed':
    case 'DriverMatched':
    case 'SearchExhausted':
    case 'SearchCancelled':
      return event.data.withdrawn.map((offer) => withdraw(event.data.tripId, offer));
    case 'OfferAnswered':
      return [];
    default:
      return event satisfies never;
  }
}

function withdraw(tripId: string, { offerId, driverId }: WithdrawnOffer): Sent {
  return toDriver({ type: 'WithdrawOffer', data: { driverId, offerId, tripId } });
}

function toDriver(message: DriverCommand): Sent {
  return { to: topics.driverCommands.name, key: message.data.driverId, message };
}
