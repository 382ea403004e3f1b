import { formatOrigin } from '../../../platform/log/headers.ts';
import type { DriverEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, InboxMessage, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Recent } from '../recent.ts';

/** Which reply a request wants. */
const wanted: Readonly<Record<string, string>> = {
  VerifyRider: 'RiderVerification',
  OfferTrip: 'OfferAnswer',
};
const replies = Object.values(wanted);

interface Exchange {
  readonly reply: string;
  request?: Place;
  answered?: Place;
  /** The offer was taken back before there was an answer. */
  withdrawn?: boolean;
}

/** Every reply matches one request by its correlation id, and every request gets one reply. */
export class Replies implements Check {
  readonly #findings: Findings;
  readonly #open = new Map<string, Exchange>();
  readonly #done = new Recent<true>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  message(message: InboxMessage): void {
    const { type, correlationId, replyTopic, at } = message;
    const reply = wanted[type];
    if (reply !== undefined) {
      if (correlationId === undefined || replyTopic === undefined) {
        const text = `${type} does not say where its reply is wanted, and under which id`;
        this.#findings.violation('reply', text, at);
        return;
      }
      this.#request(message, `${reply} ${correlationId}`, reply);
    } else if (replies.includes(type)) {
      if (correlationId === undefined) {
        this.#findings.violation('reply', `${type} says not what it replies to`, at);
        return;
      }
      this.#reply(message, `${type} ${correlationId}`);
    }
  }

  driver(event: Recorded<DriverEvent>): void {
    if (event.type !== 'OfferWithdrawn' || event.data.afterAcceptance) return;
    const id = `OfferAnswer ${event.data.offerId}`;
    const exchange = this.#exchange(id, 'OfferAnswer');
    exchange.withdrawn = true;
    this.#close(id, exchange);
  }

  end(end: End): void {
    for (const [id, { request, answered, reply }] of this.#open) {
      const correlationId = id.slice(reply.length + 1);
      if (answered !== undefined) {
        if (end.isSettled(answered)) this.#unasked(correlationId, reply, answered);
      } else if (request !== undefined) {
        const text = `it has had no ${reply} with correlation id ${correlationId}`;
        end.unfinished('replies awaited', 'reply', text, request, tripOf(correlationId));
      }
    }
  }

  #request({ type, at, origin }: InboxMessage, id: string, reply: string): void {
    const exchange = this.#exchange(id, reply);
    if (this.#done.has(id) || exchange.request !== undefined) {
      this.#open.delete(id);
      // One that was set aside and put back by hand has lost its origin.
      if (origin === undefined) return;
      const text = `a second ${type} with this correlation id, of ${formatOrigin(origin)}`;
      this.#findings.violation('reply', text, at);
      return;
    }
    exchange.request = at;
    this.#close(id, exchange);
  }

  #reply({ type, at, origin }: InboxMessage, id: string): void {
    if (this.#done.has(id) || this.#open.get(id)?.answered !== undefined) {
      if (origin === undefined) return;
      const text = `a second ${type} to the same request, of ${formatOrigin(origin)}`;
      this.#findings.violation('reply', text, at);
      return;
    }
    const exchange = this.#exchange(id, type);
    exchange.answered = at;
    this.#close(id, exchange);
  }

  #close(id: string, { request, answered, withdrawn }: Exchange): void {
    if (request === undefined || (answered === undefined && withdrawn !== true)) return;
    this.#open.delete(id);
    this.#done.put(id, true);
    this.#findings.count(answered ? 'replies' : 'replies not wanted any more');
  }

  #unasked(correlationId: string, reply: string, at: Place): void {
    const text = `nobody asked for this ${reply} with correlation id ${correlationId}`;
    this.#findings.violation('reply', text, at);
  }

  #exchange(id: string, reply: string): Exchange {
    let exchange = this.#open.get(id);
    if (exchange === undefined) {
      exchange = { reply };
      this.#open.set(id, exchange);
    }
    return exchange;
  }
}

/** What is correlated is a trip, or an offer, whose id is the trip's and its place among the offers. */
function tripOf(correlationId: string): string {
  return correlationId.split('.')[0] as string;
}
