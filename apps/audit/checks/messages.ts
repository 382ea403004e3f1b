import { deadLetterTopic } from '../../../platform/log/dead-letter.ts';
import { formatOrigin } from '../../../platform/log/headers.ts';
import type { Origin } from '../../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverEvent,
  RiderEvent,
  TripEvent,
} from '../../../schemas/messages.gen.ts';
import type { End, InboxMessage } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { type ExpectedMessage, expectedMessages } from './expected.ts';
import { isLater, type Mark } from './marks.ts';

const DEAD_LETTERS = deadLetterTopic('');

interface Expected extends ExpectedMessage {
  readonly origin: Origin;
  readonly at: Place;
}

/**
 * Every message between services follows from a valid event, and everything that must follow from an
 * event was sent, in the order of the events: the receiver drops what comes after a later one.
 */
export class Messages {
  readonly #findings: Findings;
  readonly #partitionOf: (key: string) => number;
  /** Sent on account of events that were read, and not read themselves. */
  readonly #expected = new Map<string, Expected>();
  /** Read before the events they follow from, by the places of those. */
  readonly #early = new Map<string, InboxMessage[]>();
  readonly #readTo = new Map<string, number>();
  readonly #highest = new Map<string, Mark>();

  constructor(findings: Findings, partitionOf: (key: string) => number) {
    this.#findings = findings;
    this.#partitionOf = partitionOf;
  }

  /** Takes every record of a log, in order; `event` is absent where it is none that is valid. */
  read(at: Place, event?: TripEvent | RiderEvent | DriverEvent | DispatchEvent): void {
    const { topic, partition, offset } = at;
    this.#readTo.set(`${topic}/${partition}`, offset + 1);
    if (event !== undefined) {
      for (const [index, message] of expectedMessages(event).entries()) {
        const origin = { topic, partition, offset, index };
        this.#expected.set(formatOrigin(origin), { ...message, origin, at });
      }
    }
    const place = `${topic}/${partition}/${offset}`;
    const early = this.#early.get(place);
    if (early === undefined) return;
    this.#early.delete(place);
    for (const message of early) this.#match(message);
  }

  /** Takes every message of an inbox, in order, and says whether it has been there before. */
  isRepeated(message: InboxMessage): boolean {
    const { origin, at } = message;
    if (origin === undefined) return false;
    const source = `${origin.topic}/${origin.partition}`;
    const line = `${at.topic}/${at.partition} ${source}`;
    const highest = this.#highest.get(line);
    if (highest !== undefined && !isLater(origin, highest)) {
      if (this.#expected.has(formatOrigin(origin))) this.#tooLate(message, highest);
      return true;
    }
    this.#highest.set(line, origin);
    // An operator has sent a dead letter back: it follows from a marker in its dead-letter topic.
    if (origin.topic.endsWith(DEAD_LETTERS)) return false;
    if (origin.offset < (this.#readTo.get(source) ?? 0)) {
      this.#match(message);
    } else {
      const place = `${source}/${origin.offset}`;
      this.#early.set(place, [...(this.#early.get(place) ?? []), message]);
    }
    return false;
  }

  end(end: End): void {
    for (const early of this.#early.values()) {
      for (const message of early) if (end.isSettled(message.at)) this.#unfounded(message);
    }
    for (const expected of this.#expected.values()) {
      const { to, type, key, tripId, origin, at } = expected;
      const text = `the ${type} that follows from it has not reached ${key} in ${to}`;
      const highest = this.#highest.get(
        `${to}/${this.#partitionOf(key)} ${origin.topic}/${origin.partition}`,
      );
      if (highest !== undefined && isLater(highest, origin)) {
        const { offset, index } = highest;
        const later = `one on account of ${offset}/${index} has`;
        this.#findings.violation('message', `${text}, but ${later}`, at, tripId);
      } else {
        end.unfinished('messages under way', 'message', text, at, tripId);
      }
    }
  }

  #match(message: InboxMessage): void {
    const id = formatOrigin(message.origin as Origin);
    const expected = this.#expected.get(id);
    if (expected === undefined) {
      this.#unfounded(message);
      return;
    }
    this.#expected.delete(id);
    const { to, type, key, tripId } = expected;
    if (to === message.at.topic && type === message.type && key === message.key) return;
    const text = `${message.type} to ${message.key}; from ${id} follows ${type} to ${key} in ${to}`;
    this.#findings.violation('message', text, message.at, tripId);
  }

  #unfounded({ origin, type, at }: InboxMessage): void {
    const text = `no ${type} follows from what is at ${formatOrigin(origin as Origin)}`;
    this.#findings.violation('message', text, at);
  }

  #tooLate({ origin, type, at }: InboxMessage, { offset, index }: Mark): void {
    const id = formatOrigin(origin as Origin);
    const tripId = this.#expected.get(id)?.tripId;
    this.#expected.delete(id);
    const text = `${type} on account of ${id} came after one on account of ${offset}/${index}`;
    this.#findings.violation('message', `${text} and will be dropped`, at, tripId);
  }
}
