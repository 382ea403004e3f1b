import type { Outgoing, Received } from '../../platform/messaging/message.ts';
import type { RiderEvent, RiderReply, RiderVerification } from '../../schemas/messages.gen.ts';

/** Answers who asked for a verification (request/async response); a rider tells nobody else anything. */
export function riderPolicy(event: Received<RiderEvent>): readonly Outgoing<RiderReply>[] {
  switch (event.type) {
    case 'RiderVerified': {
      const { tripId, riderId } = event.data;
      return reply(event, { tripId, riderId, outcome: 'VERIFIED', reason: null });
    }
    case 'RiderVerificationRefused': {
      const { tripId, riderId, reason } = event.data;
      return reply(event, { tripId, riderId, outcome: 'REFUSED', reason });
    }
    case 'RiderRegistered':
    case 'FundsDeposited':
    case 'RiderSuspended':
    case 'RiderReinstated':
    case 'FareCaptured':
    case 'HoldReleased':
    case 'RiderCommandRefused':
      return [];
    default:
      return event satisfies never;
  }
}

function reply(
  { metadata: { replyTopic, correlationId } }: Received<RiderEvent>,
  data: RiderVerification,
): readonly Outgoing<RiderReply>[] {
  if (replyTopic === undefined) return [];
  return [
    {
      to: replyTopic,
      key: data.tripId,
      message: { type: 'RiderVerification', data },
      ...(correlationId !== undefined && { correlationId }),
    },
  ];
}
