import type { Coordinate } from '../../platform/messaging/message.ts';

/**
 * What can be wrong with a history:
 * - `log`: the beginning of a topic is gone, or an event cannot be read
 * - `number`: events are missing within an epoch, or two bear one number
 * - `writer`: an event of a stranger, or one whose headers contradict each other
 * - `cause`: an event without an input, or an input with two decisions
 * - `message`: a message that follows from no event, is missing, or had a second effect
 * - `request`: a trip without its request, a request without an answer or with two
 * - `reply`: a reply without its request, a request without a reply or with two
 * - `transition`: an event that its aggregate's state does not allow
 * - `trip`: a trip that did not end
 * - `offer`: an offer without an outcome or with two, a search with two winners
 * - `driver`, `rider`: more than one trip at a time
 * - `money`: an amount that came from nowhere, vanished, or is not what the trip says
 * - `read model`: a document that is not the fold of its log
 */
export type ViolationKind =
  | 'log'
  | 'number'
  | 'writer'
  | 'cause'
  | 'message'
  | 'request'
  | 'reply'
  | 'transition'
  | 'trip'
  | 'offer'
  | 'driver'
  | 'rider'
  | 'money'
  | 'read model';

/** Where a record stands, and when it was written (milliseconds since 1970). Keeps no bytes alive. */
export interface Place extends Coordinate {
  readonly timestamp: number;
}

export interface Violation extends Coordinate {
  readonly kind: ViolationKind;
  readonly text: string;
  readonly tripId?: string;
}

/** More than these are counted only: a history that is wrong throughout must not fill the memory. */
const MOST_VIOLATIONS = 1_000;

/** Collects what the checks find. */
export class Findings {
  readonly violations: Violation[] = [];
  /** Violations found, those beyond the kept ones included. */
  total = 0;
  readonly #counts = new Map<string, number>();

  violation(kind: ViolationKind, text: string, at: Coordinate, tripId?: string): void {
    this.total += 1;
    if (this.violations.length >= MOST_VIOLATIONS) return;
    const { topic, partition, offset } = at;
    this.violations.push({
      kind,
      text,
      topic,
      partition,
      offset,
      ...(tripId !== undefined && { tripId }),
    });
  }

  count(figure: string, by = 1): void {
    this.#counts.set(figure, this.counted(figure) + by);
  }

  counted(figure: string): number {
    return this.#counts.get(figure) ?? 0;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** A violation in one line: kind, trip, place, and what is wrong. */
export function describe({ kind, text, tripId, topic, partition, offset }: Violation): string {
  const trip = tripId === undefined ? '' : ` trip ${tripId}`;
  return `[${kind}]${trip} at ${topic}/${partition}/${offset}: ${text}`;
}
