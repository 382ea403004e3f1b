import type { Policy, View } from '../messaging/aggregate.ts';
import type { Decider } from '../messaging/decider.ts';
import type { Message, Outgoing, Received } from '../messaging/message.ts';
import type { AggregateCache } from './cache.ts';
import { header, parseCause, parseOrigin } from './headers.ts';
import type { Change, LogRecord } from './ports.ts';
import { isAfter, type LogPosition, type OriginMark, type Position } from './position.ts';
import { LogReader } from './reader.ts';
import type { Timers } from './timers.ts';

/** What folding needs of an aggregate kind: not how it decides. */
export interface Foldable<S extends object, E extends Message> {
  readonly decider: Pick<Decider<S, never, E>, 'evolve' | 'deadline' | 'isEnded'>;
  readonly policy: Policy<E>;
  readonly view?: View<S>;
}

/** An event of the own log, decoded, with the aggregate it belongs to. */
export interface ReadBack<E extends Message> {
  readonly event: Received<E>;
  readonly record: LogRecord;
}

/**
 * Folds the events of one shard, read back from its log in order, into states and marks. Everything
 * that is shown, stored or sent comes from here.
 */
export class Folder<S extends object, E extends Message> {
  readonly reader: LogReader;
  readonly inputs: Record<string, LogPosition>;
  readonly origins: Record<string, OriginMark>;
  readonly #aggregate: Foldable<S, E>;
  readonly #cache: AggregateCache<S>;
  readonly #timers: Pick<Timers, 'set'>;
  readonly #dirty = new Set<string>();

  constructor(
    aggregate: Foldable<S, E>,
    cache: AggregateCache<S>,
    timers: Pick<Timers, 'set'>,
    from: Position,
  ) {
    this.#aggregate = aggregate;
    this.#cache = cache;
    this.#timers = timers;
    this.reader = new LogReader(from);
    this.inputs = { ...from.inputs };
    this.origins = { ...from.origins };
  }

  get position(): Position {
    return { ...this.reader.position, inputs: { ...this.inputs }, origins: { ...this.origins } };
  }

  /** Folds one event whose aggregate is in the cache. */
  fold({ event, record }: ReadBack<E>): void {
    this.#mark(record);
    const entry = this.#cache.get(record.key);
    if (entry === undefined) throw new Error(`${record.key} was not loaded before folding`);
    if (record.offset > entry.version) {
      entry.folded = this.#aggregate.decider.evolve(entry.folded, event as E);
      entry.version = record.offset;
      if (entry.pending > 0) entry.pending -= 1;
      if (entry.pending === 0) entry.decided = entry.folded;
      this.#timers.set(record.key, this.#aggregate.decider.deadline?.(entry.folded));
      this.#dirty.add(record.key);
    }
  }

  /** The messages that follow from an event. */
  follows({ event }: ReadBack<E>): readonly Outgoing[] {
    return this.#aggregate.policy(event);
  }

  /** Inputs up to these positions have been decided, and every event of them has been folded. */
  consumed(inputs: Readonly<Record<string, LogPosition>>): void {
    for (const [topic, next] of Object.entries(inputs)) this.#advance(topic, next);
  }

  /** What has changed since the last call, as the snapshot wants it. */
  takeChanges(): Change[] {
    const changes: Change[] = [];
    for (const id of this.#dirty) {
      const entry = this.#cache.get(id);
      if (entry === undefined) continue;
      const { view, decider } = this.#aggregate;
      const before = entry.stored?.state as S | undefined;
      const setsBefore = before === undefined ? [] : (view?.sets(before) ?? []);
      const setsNow = view?.sets(entry.folded) ?? [];
      const deadlineBefore = before === undefined ? undefined : decider.deadline?.(before);
      const deadline = decider.deadline?.(entry.folded);
      changes.push({
        id,
        version: entry.version,
        state: entry.folded,
        ...(deadline !== deadlineBefore && { deadline: deadline ?? null }),
        joins: setsNow.filter((name) => !setsBefore.includes(name)),
        leaves: setsBefore.filter((name) => !setsNow.includes(name)),
      });
    }
    this.#dirty.clear();
    return changes;
  }

  /** The read model holds these changes now. */
  stored(changes: readonly Change[]): void {
    for (const change of changes) {
      const entry = this.#cache.get(change.id);
      if (entry === undefined) continue;
      entry.stored = { version: change.version, state: change.state };
      this.#cache.release(change.id, this.#aggregate.decider.isEnded);
    }
  }

  #mark(record: LogRecord): void {
    const cause = parseCause(record.headers[header.cause]);
    if (cause !== undefined && cause.partition === record.partition) {
      const { offset, number } = cause;
      const { epoch, seq } = number ?? { epoch: -1, seq: -1 };
      this.#advance(cause.topic, { offset: offset + 1, epoch, seq });
    }
    const origin = parseOrigin(record.headers[header.origin]);
    if (origin !== undefined) {
      const source = `${origin.topic}/${origin.partition}`;
      if (isAfter(origin, this.origins[source])) {
        this.origins[source] = { offset: origin.offset, index: origin.index };
      }
    }
  }

  #advance(topic: string, next: LogPosition): void {
    const held = this.inputs[topic];
    if (held === undefined || held.offset < next.offset) this.inputs[topic] = next;
  }
}
