import type { Outgoing, Received } from '../../../platform/messaging/message.ts';
import type { Answer, DriverEvent, DriverReply } from '../../../schemas/messages.gen.ts';
import { topics } from '../../../schemas/topics.ts';

/**
 * Answers the dispatch for each offer, exactly once (publish/async responses). The answer often
 * comes of a later message than the offer, so it goes where offers come from, and the offer's id
 * is what correlates it.
 */
export function driverPolicy(event: Received<DriverEvent>): readonly Outgoing<DriverReply>[] {
  switch (event.type) {
    case 'OfferAccepted':
      return answer(event.data, 'ACCEPTED');
    case 'OfferDeclined':
      return answer(event.data, 'DECLINED');
    case 'OfferExpired':
      return answer(event.data, 'EXPIRED');
    case 'OfferRejected':
      return answer(event.data, 'REJECTED');
    case 'OfferWithdrawn': // by the dispatch itself
    case 'OfferMade':
    case 'DriverRegistered':
    case 'DriverWentOnline':
    case 'DriverWentOffline':
    case 'RideBegun':
    case 'DriverReleased':
    case 'DriverCommandRefused':
      return [];
    default:
      return event satisfies never;
  }
}

function answer(
  { tripId, offerId, driverId }: Omit<DriverReply['data'], 'answer'>,
  answer: Answer,
): readonly Outgoing<DriverReply>[] {
  return [
    {
      to: topics.dispatchCommands.name,
      key: tripId,
      message: { type: 'OfferAnswer', data: { tripId, offerId, driverId, answer } },
      correlationId: offerId,
    },
  ];
}
