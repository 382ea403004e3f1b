import type { RiderEvent, TripEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';

/** The money of one trip, as the trip's log and the rider's tell of it; amounts in minor units. */
interface Settlement {
  quote?: { readonly amount: number; readonly at: Place };
  /** What the trip's end asks the rider for; 0 means that everything is given back. */
  due?: { readonly amount: number; readonly at: Place };
  /** The rider refused, so there was never any money in it. */
  refused?: boolean;
  held?: { readonly amount: number; readonly at: Place };
  captured?: { readonly amount: number; readonly at: Place };
}

/** What a trip costs is what its rider pays: held is the quote, captured the fare or the fee. */
export class Settlements implements Check {
  readonly #findings: Findings;
  readonly #open = new Map<string, Settlement>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  trip({ type, data, at }: Recorded<TripEvent>): void {
    switch (type) {
      case 'TripRequested':
        this.#set(data.tripId, { quote: { amount: data.quote.amountMinor, at } });
        return;
      case 'TripCompleted':
        this.#set(data.tripId, { due: { amount: data.fare.amountMinor, at } });
        return;
      case 'TripCancelled':
        this.#set(data.tripId, { due: { amount: data.fee.amountMinor, at } });
        return;
      case 'TripUnfulfilled':
        this.#set(data.tripId, { due: { amount: 0, at } });
        return;
      case 'TripRequestRefused':
        // Refused for its distance it never came to the rider.
        if (this.#open.has(data.tripId)) this.#set(data.tripId, { due: { amount: 0, at } });
        return;
      default:
        return;
    }
  }

  rider({ type, data, at }: Recorded<RiderEvent>): void {
    if (type === 'RiderVerified')
      this.#set(data.tripId, { held: { amount: data.held.amountMinor, at } });
    else if (type === 'RiderVerificationRefused') this.#set(data.tripId, { refused: true });
    else if (type === 'FareCaptured')
      this.#set(data.tripId, { captured: { amount: data.captured.amountMinor, at } });
    else if (type === 'HoldReleased') this.#set(data.tripId, { captured: { amount: 0, at } });
  }

  end(end: End): void {
    for (const [tripId, { quote, held, due, captured }] of this.#open) {
      const first = held ?? captured;
      if (quote === undefined && first !== undefined) {
        if (end.isSettled(first.at))
          this.#findings.violation('money', 'money for a trip nobody requested', first.at, tripId);
      } else if (due !== undefined) {
        const text = `${due.amount} is due and the rider's log says nothing of it`;
        end.unfinished('settlements open', 'money', text, due.at, tripId);
      } else if (captured !== undefined && end.isSettled(captured.at)) {
        this.#findings.violation('money', 'settled before the trip ended', captured.at, tripId);
      }
    }
  }

  #set(tripId: string, change: Settlement): void {
    const settlement = Object.assign(this.#open.get(tripId) ?? {}, change);
    this.#open.set(tripId, settlement);
    const { quote, due, held, captured, refused } = settlement;
    if (quote === undefined || due === undefined) return;
    if (refused) {
      if (due.amount > 0)
        this.#wrong(`${due.amount} is due of a rider who refused`, due.at, tripId);
      this.#open.delete(tripId);
    } else if (held !== undefined && captured !== undefined) {
      if (held.amount !== quote.amount)
        this.#wrong(`${held.amount} was held, the quote is ${quote.amount}`, held.at, tripId);
      if (captured.amount !== due.amount)
        this.#wrong(`${captured.amount} captured, ${due.amount} is due`, captured.at, tripId);
      this.#open.delete(tripId);
    }
  }

  #wrong(text: string, at: Place, tripId: string): void {
    this.#findings.violation('money', text, at, tripId);
  }
}
