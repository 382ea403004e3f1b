import type { DispatchEvent } from '../../../schemas/messages.gen.ts';

/** What the read model must say of a search: the auditor's own fold, of a document's shape. */
export type DispatchDocument = Record<string, unknown> & {
  readonly status: 'searching' | 'matched' | 'exhausted' | 'cancelled';
};

interface Asked {
  readonly offerId: string;
  readonly answer: string | null;
}

export function foldDispatch(
  document: DispatchDocument | undefined,
  event: DispatchEvent,
): DispatchDocument | undefined {
  if (event.type === 'OfferRoundOpened') {
    const { tripId, riderId, pickup, dropoff, quote, attempt, round } = event.data;
    const { closesAt, excludedDriverIds } = event.data;
    const offers = event.data.offers.map((offer) => ({ ...offer, answer: null }));
    const search = { tripId, riderId, pickup, dropoff, quote, attempt, round };
    return { status: 'searching', ...search, offers, closesAt, excludedDriverIds };
  }
  if (document === undefined) return undefined;
  switch (event.type) {
    case 'OfferAnswered': {
      const { offerId, answer } = event.data;
      const offers = (document['offers'] as readonly Asked[]).map((offer) =>
        offer.offerId === offerId ? { ...offer, answer } : offer,
      );
      return { ...document, offers };
    }
    case 'DriverMatched':
      return ended(document, 'matched', event.data.driverId);
    case 'SearchExhausted':
      return ended(document, 'exhausted', null);
    case 'SearchCancelled':
      return ended(document, 'cancelled', null);
    default:
      return document;
  }
}

function ended(
  { tripId, attempt, round }: DispatchDocument,
  status: 'matched' | 'exhausted' | 'cancelled',
  driverId: string | null,
): DispatchDocument {
  return { status, tripId, attempt, round, driverId };
}
