import { type Headers, header, parseCause, parseOrigin } from '../../platform/log/headers.ts';
import type { LogRecord } from '../../platform/log/ports.ts';
import type { Message } from '../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverEvent,
  RiderEvent,
  TripEvent,
} from '../../schemas/messages.gen.ts';
import type { Check, End, InboxMessage, Recorded } from './check.ts';
import { Causes, type Input } from './checks/causes.ts';
import { Drivers } from './checks/drivers.ts';
import { Messages } from './checks/messages.ts';
import { Numbering } from './checks/numbering.ts';
import { Offers } from './checks/offers.ts';
import { Replies } from './checks/replies.ts';
import { Requests } from './checks/requests.ts';
import { Riders } from './checks/riders.ts';
import { Searches } from './checks/searches.ts';
import { Settlements } from './checks/settlements.ts';
import { Trips } from './checks/trips.ts';
import { DeadLetters } from './dead-letters.ts';
import { Findings, type Place } from './findings.ts';
import { type ReadDocuments, ReadModels } from './read-models.ts';
import { type Wiring, wirings } from './topology.ts';

export interface AuditOptions {
  /** Throws for bytes that cannot be read. */
  readonly decode: (value: Buffer) => { readonly type: string; readonly data: object };
  /** The partition of a key, the same in all topics. */
  readonly partitionOf: (key: string) => number;
  /** Where the read models are, if they are to be compared. */
  readonly documents?: ReadDocuments;
}

/** What is known of the system when everything has been read. */
export interface Reach {
  /** Nothing is under way any more, so all that has begun must have ended … */
  readonly quiet: boolean;
  /** … unless it began before this time (milliseconds since 1970), and an earlier run left it open. */
  readonly since?: number;
  /** Whether all that a record can be the effect of has been read; always, by default. */
  readonly isSettled?: (at: Place) => boolean;
}

type Event =
  | Recorded<TripEvent>
  | Recorded<RiderEvent>
  | Recorded<DriverEvent>
  | Recorded<DispatchEvent>;

/**
 * Checks a history, record by record, against what Hail promises. The records of a partition come in
 * order; those of different ones in any, but memory grows with the distance between cause and effect.
 */
export class Audit {
  readonly findings = new Findings();
  readonly readModels: ReadModels | undefined;
  readonly #decode: AuditOptions['decode'];
  readonly #numbering = new Numbering(this.findings);
  readonly #causes = new Causes(this.findings);
  readonly #messages: Messages;
  readonly #deadLetters: DeadLetters;
  readonly #checks: readonly Check[];
  readonly #logs = new Map(wirings.map((wiring) => [wiring.log, wiring]));
  readonly #inboxes = new Map(wirings.map((wiring) => [wiring.inbox, wiring]));
  readonly #subscribers = Map.groupBy(
    wirings.flatMap((wiring) =>
      Object.entries(wiring.subscribes).map(([topic, types]) => ({ topic, types, wiring })),
    ),
    ({ topic }) => topic,
  );

  constructor({ decode, partitionOf, documents }: AuditOptions) {
    const { findings } = this;
    this.#decode = decode;
    this.#messages = new Messages(findings, partitionOf);
    this.#deadLetters = new DeadLetters(decode);
    this.readModels = documents && new ReadModels(findings, documents);
    this.#checks = [
      // First: what belongs to an open trip is judged by when the trip was requested.
      new Trips(findings),
      new Requests(findings),
      new Replies(findings),
      new Searches(findings),
      new Offers(findings),
      new Drivers(findings),
      new Riders(findings),
      new Settlements(findings),
    ];
  }

  /** Takes the next record of its partition. */
  take(record: LogRecord): void {
    const { topic } = record;
    const log = this.#logs.get(topic);
    if (log !== undefined) {
      this.#takeFromLog(record, log);
      return;
    }
    const inbox = this.#inboxes.get(topic);
    if (inbox !== undefined) this.#takeFromInbox(record, inbox);
    else {
      this.findings.count('dead letters');
      this.#deadLetters.read(record);
    }
  }

  /** Everything has been read. */
  end({ quiet, since = 0, isSettled = () => true }: Reach): void {
    const { findings } = this;
    /** Trips that an earlier run left open, and so whatever belongs to them. */
    const left = new Set<string>();
    const end: End = {
      isSettled,
      isSetAside: (id) => this.#deadLetters.concerns(id),
      isPassed: (input) => this.#causes.isPassed(this.#inboxes.get(input.topic)?.kind ?? '', input),
      unfinished: (figure, kind, text, at, tripId) => {
        const isOlder = at.timestamp < since;
        if (isOlder && kind === 'trip') left.add(tripId);
        if (end.isSetAside(tripId)) findings.count(`${figure}, set aside`);
        else if (isOlder || left.has(tripId)) findings.count(`${figure}, left by an earlier run`);
        else if (quiet) findings.violation(kind, text, at, tripId);
        else findings.count(figure);
      },
    };
    for (const check of this.#checks) check.end?.(end);
    this.#causes.end(end);
    this.#messages.end(end);
  }

  #takeFromLog(record: LogRecord, wiring: Wiring): void {
    const at = placeOf(record);
    const { reading, number } = this.#numbering.read(record, wiring.kind);
    this.findings.count(reading === 'claim' ? 'claims' : `events ${reading}`);
    const event = reading === 'event' ? this.#event(record, at) : undefined;
    const { headers, key } = record;
    const origin = parseOrigin(headers[header.origin]);
    for (const { types, wiring: subscriber } of this.#subscribers.get(record.topic) ?? []) {
      const input: Input | undefined =
        event !== undefined && number !== undefined && types.includes(event.type)
          ? { at, key, number, ...(origin && { origin }) }
          : undefined;
      this.#causes.read(subscriber, at, input);
    }
    this.#messages.read(at, event);
    if (event === undefined || number === undefined) return;
    const cause = headers[header.cause];
    const decided = { at, key, epoch: number.epoch, origin };
    this.#causes.event(wiring, decided, cause, parseCause(cause));
    for (const check of this.#checks) check[wiring.kind]?.(event as never);
    this.readModels?.fold(wiring.kind, event as never);
  }

  #event(record: LogRecord, at: Place): Event | undefined {
    const { value, key } = record;
    try {
      if (value === null) throw new Error('the record has no value');
      const { type, data } = this.#decode(value) as Message;
      const named = shortName(record.headers);
      if (type !== named)
        this.findings.violation('writer', `its header says ${named}, its bytes are ${type}`, at);
      return { type, data, at, key } as Event;
    } catch (error) {
      const text = `the event cannot be read: ${(error as Error).message}`;
      this.findings.violation('log', text, at);
      return undefined;
    }
  }

  #takeFromInbox(record: LogRecord, wiring: Wiring): void {
    const at = placeOf(record);
    const { headers, key } = record;
    const origin = parseOrigin(headers[header.origin]);
    this.#causes.read(wiring, at, { at, key, ...(origin && { origin }) });
    const message: InboxMessage = {
      type: shortName(headers),
      key,
      at,
      origin,
      correlationId: headers[header.correlationId],
      replyTopic: headers[header.replyTopic],
    };
    if (this.#messages.isRepeated(message)) {
      this.findings.count('messages repeated');
      return;
    }
    for (const check of this.#checks) check.message?.(message);
  }
}

function placeOf({ topic, partition, offset, timestamp }: LogRecord): Place {
  return { topic, partition, offset, timestamp };
}

/** `TripRequested` of `hail.trip.TripRequested`. */
function shortName(headers: Headers): string {
  const type = headers[header.type] ?? '';
  return type.slice(type.lastIndexOf('.') + 1);
}
