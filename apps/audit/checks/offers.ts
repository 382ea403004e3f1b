import type { DispatchEvent, DriverEvent, TripEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Recent } from '../recent.ts';

type Outcome = 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'REJECTED' | 'WITHDRAWN';

/** One offer, as three logs tell of it. */
interface Offer {
  readonly tripId: string;
  /** What was read of it first. */
  readonly first: Place;
  /** By the dispatch. */
  opened?: Place;
  /** What the dispatch made of it. */
  settled?: Outcome;
  matched?: boolean;
  /** What the driver made of it. */
  outcome?: Outcome;
  made?: boolean;
  /** The driver had accepted, and another had won. */
  takenBack?: boolean;
  /** Whether the trip went on with it, or refused the match. */
  taken?: 'assigned' | 'refused';
}

const outcomes: Partial<Record<DriverEvent['type'], Outcome>> = {
  OfferAccepted: 'ACCEPTED',
  OfferDeclined: 'DECLINED',
  OfferExpired: 'EXPIRED',
  OfferRejected: 'REJECTED',
};

/**
 * Every offer has exactly one outcome with its driver and one with its dispatch, and they agree; the
 * one that wins is taken or refused by the trip, once.
 */
export class Offers implements Check {
  readonly #findings: Findings;
  readonly #open = new Map<string, Offer>();
  readonly #closed = new Recent<true>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  dispatch({ type, data, at }: Recorded<DispatchEvent>): void {
    const { tripId } = data;
    if (type === 'OfferRoundOpened') {
      for (const { offerId } of data.offers) this.#set(offerId, tripId, at, 'opened', at);
    } else if (type === 'OfferAnswered') {
      this.#set(data.offerId, tripId, at, 'settled', data.answer);
    } else {
      if (type === 'DriverMatched') this.#set(data.offerId, tripId, at, 'matched', true);
      for (const { offerId } of data.withdrawn)
        this.#set(offerId, tripId, at, 'settled', 'WITHDRAWN');
    }
  }

  driver({ type, data, at }: Recorded<DriverEvent>): void {
    if (type === 'OfferMade') {
      this.#set(data.offerId, data.tripId, at, 'made', true);
    } else if (type === 'OfferWithdrawn') {
      const { offerId, tripId, afterAcceptance } = data;
      if (afterAcceptance) this.#set(offerId, tripId, at, 'takenBack', true);
      else this.#set(offerId, tripId, at, 'outcome', 'WITHDRAWN');
    } else if (
      type === 'OfferAccepted' ||
      type === 'OfferDeclined' ||
      type === 'OfferExpired' ||
      type === 'OfferRejected'
    ) {
      this.#set(data.offerId, data.tripId, at, 'outcome', outcomes[type] as Outcome);
    }
  }

  trip({ type, data, at }: Recorded<TripEvent>): void {
    if (type === 'TripAssigned') this.#set(data.offerId, data.tripId, at, 'taken', 'assigned');
    if (type === 'DriverMatchRefused') this.#set(data.offerId, data.tripId, at, 'taken', 'refused');
  }

  end(end: End): void {
    for (const [offerId, offer] of this.#open) {
      const { opened, first, tripId } = offer;
      if (opened === undefined) {
        if (end.isSettled(first))
          this.#findings.violation('offer', `no round has offer ${offerId}`, first, tripId);
      } else {
        const text = `offer ${offerId} ${this.#lacks(offer)}`;
        end.unfinished('offers open', 'offer', text, opened, tripId);
      }
    }
  }

  #set<K extends Exclude<keyof Offer, 'tripId' | 'first'>>(
    offerId: string,
    tripId: string,
    at: Place,
    field: K,
    value: NonNullable<Offer[K]>,
  ): void {
    const offer: Offer = this.#open.get(offerId) ?? { tripId, first: at };
    if (this.#closed.has(offerId) || offer[field] !== undefined) {
      const text = `offer ${offerId} has a second outcome or beginning (${field}: ${value})`;
      this.#findings.violation('offer', text, at, tripId);
      return;
    }
    this.#open.set(offerId, offer);
    offer[field] = value as Offer[K];
    if (this.#lacks(offer) !== undefined) return;
    this.#open.delete(offerId);
    this.#closed.put(offerId, true);
    this.#compare(offerId, offer, at);
  }

  /** What is still to be read of the offer. */
  #lacks(offer: Offer): string | undefined {
    const { opened, settled, outcome, matched, taken, takenBack, made } = offer;
    if (opened === undefined) return 'has not been opened';
    if (outcome === undefined) return 'has no outcome with its driver';
    if (outcome !== 'REJECTED' && !made) return 'was not made to its driver';
    if (settled === undefined) return 'has no outcome with its dispatch';
    if (settled === 'ACCEPTED' && !matched) return 'was accepted and has not won';
    if (matched && taken === undefined) return 'has won; the trip neither took nor refused it';
    if (settled === 'WITHDRAWN' && outcome === 'ACCEPTED' && !takenBack)
      return 'was withdrawn; its driver, who had accepted, is not free';
    return undefined;
  }

  #compare(offerId: string, { settled, outcome, tripId, matched }: Offer, at: Place): void {
    this.#findings.count(`offers ${outcome?.toLowerCase()}`);
    if (settled !== 'WITHDRAWN' && settled !== outcome) {
      const text = `offer ${offerId} was ${outcome} by its driver, and ${settled} for its dispatch`;
      this.#findings.violation('offer', text, at, tripId);
    }
    if (matched && settled !== 'ACCEPTED') {
      this.#findings.violation('offer', `offer ${offerId} won, being ${settled}`, at, tripId);
    }
  }
}
