import type { TripEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, InboxMessage, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Recent } from '../recent.ts';

/**
 * Every accepted `RequestTrip` has exactly one answer, `TripRequested` or a refusal, and every trip
 * its request. A request may come twice (a client tries again), and is answered once.
 */
export class Requests implements Check {
  readonly #findings: Findings;
  readonly #waiting = new Map<string, Place>();
  /** Answers read before their requests. */
  readonly #early = new Map<string, Place>();
  /** A client may try again much later than anything else is repeated. */
  readonly #answered = new Recent<true>(100_000);

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  message({ type, key, at }: InboxMessage): void {
    if (type !== 'RequestTrip') return;
    if (this.#early.delete(key)) this.#findings.count('requests accepted');
    else if (this.#answered.has(key) || this.#waiting.has(key))
      this.#findings.count('requests repeated');
    else {
      this.#findings.count('requests accepted');
      this.#waiting.set(key, at);
    }
  }

  trip({ type, data: { tripId }, at }: Recorded<TripEvent>): void {
    if (type !== 'TripRequested' && type !== 'TripRequestRefused') return;
    if (this.#answered.has(tripId)) {
      // The refusal of one that was requested says what the rider service said.
      if (type === 'TripRequested')
        this.#findings.violation('request', 'the trip is requested a second time', at, tripId);
      return;
    }
    this.#answered.put(tripId, true);
    if (!this.#waiting.delete(tripId)) this.#early.set(tripId, at);
  }

  end(end: End): void {
    for (const [tripId, at] of this.#early) {
      if (end.isSettled(at))
        this.#findings.violation('request', 'nobody has requested this trip', at, tripId);
    }
    for (const [tripId, at] of this.#waiting) {
      const text = 'the request was neither answered nor refused';
      if (end.isPassed(at) && !end.isSetAside(tripId)) {
        this.#findings.violation('request', `${text}, but a later one was`, at, tripId);
      } else {
        end.unfinished('requests waiting', 'request', text, at, tripId);
      }
    }
  }
}
