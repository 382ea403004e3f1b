import type { DispatchEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Recent } from '../recent.ts';

interface Search {
  readonly at: Place;
  readonly attempt: number;
  round: number;
  /** Between the end of one round and the beginning of the next. */
  closed: boolean;
  /** The offer that was accepted. */
  accepted: string | undefined;
}

/** Searches go through their rounds in order and end once; at most one driver wins each. */
export class Searches implements Check {
  readonly #findings: Findings;
  readonly #open = new Map<string, Search>();
  readonly #ended = new Recent<{ readonly attempt: number; readonly how: string }>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  dispatch(event: Recorded<DispatchEvent>): void {
    const { tripId } = event.data;
    const search = this.#open.get(tripId);
    switch (event.type) {
      case 'OfferRoundOpened':
        this.#opened(event, search);
        return;
      case 'OfferAnswered':
        if (search === undefined || search.closed) this.#wrong('of no open round', event);
        else if (event.data.answer === 'ACCEPTED') search.accepted = event.data.offerId;
        return;
      case 'OfferRoundClosed':
        if (search?.round !== event.data.round || search.closed)
          this.#wrong('of no open round', event);
        else search.closed = true;
        return;
      case 'DriverMatched':
        if (search === undefined) {
          const won = this.#ended.get(tripId)?.how === 'DriverMatched';
          if (won) this.#offer('the search has been won already', event);
          else this.#wrong('of no open search', event);
        } else if (search.accepted !== event.data.offerId) {
          this.#offer(`offer ${event.data.offerId} wins without being accepted`, event);
        }
        break;
      case 'SearchExhausted':
      case 'SearchCancelled':
        if (search === undefined) this.#wrong('of no open search', event);
        break;
      default:
        event satisfies never;
    }
    const { attempt } = event.data;
    if (search !== undefined && search.attempt !== attempt)
      this.#wrong(`of search ${attempt} in search ${search.attempt}`, event);
    this.#open.delete(tripId);
    this.#ended.put(tripId, { attempt, how: event.type });
    this.#findings.count(`searches: ${event.type}`);
  }

  end(end: End): void {
    for (const [tripId, { at, attempt }] of this.#open) {
      const text = `search ${attempt} for a driver has no end`;
      end.unfinished('searches open', 'offer', text, at, tripId);
    }
  }

  #opened(
    event: Recorded<Extract<DispatchEvent, { type: 'OfferRoundOpened' }>>,
    search: Search | undefined,
  ): void {
    const { tripId, attempt, round } = event.data;
    if (search === undefined) {
      const before = this.#ended.get(tripId)?.attempt ?? 0;
      if (round !== 1) this.#wrong(`round ${round} is the first`, event);
      if (attempt <= before) this.#wrong(`search ${attempt} after search ${before}`, event);
      this.#open.set(tripId, { at: event.at, attempt, round, closed: false, accepted: undefined });
      return;
    }
    if (!search.closed || round !== search.round + 1 || attempt !== search.attempt)
      this.#wrong(`round ${attempt}.${round} after ${search.attempt}.${search.round}`, event);
    search.round = round;
    search.closed = false;
  }

  #wrong(text: string, { at, type, data }: Recorded<DispatchEvent>): void {
    this.#findings.violation('transition', `${type} ${text}`, at, data.tripId);
  }

  #offer(text: string, { at, data }: Recorded<DispatchEvent>): void {
    this.#findings.violation('offer', text, at, data.tripId);
  }
}
