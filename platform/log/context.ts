import type { Aggregate } from '../messaging/aggregate.ts';
import type { Message } from '../messaging/message.ts';
import { AggregateCache } from './cache.ts';
import type { Observe } from './observer.ts';
import type { Clock, Codec, SnapshotStore, Source, Writer } from './ports.ts';
import { persist } from './retry.ts';
import { Timers } from './timers.ts';

export interface ShardPorts<Q, A> {
  readonly writer: Writer;
  readonly source: Source;
  readonly codec: Codec;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly observe: Observe;
  /** Answers a decider's questions, all of a step in one call, in their order. */
  readonly answer?: ((questions: readonly Q[]) => Promise<readonly A[]>) | undefined;
  /** A text that no other claim has. */
  readonly token: () => string;
}

/** What the deciding and the folding half of a shard share. */
export class ShardContext<S extends object, I extends Message, E extends Message, Q, A> {
  readonly aggregate: Aggregate<S, I, E, Q, A>;
  readonly partition: number;
  readonly ports: ShardPorts<Q, A>;
  readonly cache: AggregateCache<S>;
  readonly timers = new Timers();
  /** The offset of the position that Redis is known to hold. */
  storedOffset: number | undefined;
  /** The offset of the position last sent to Redis, known to be held or not. */
  sentOffset: number | undefined;
  /** Drops the cache, claims again and folds from what is stored. */
  readonly restart: (reason: string) => void;
  /** Looks after work that nobody waits for: what becomes void is let go, any other failure begins anew. */
  readonly background: (work: Promise<unknown>) => void;

  constructor(
    aggregate: Aggregate<S, I, E, Q, A>,
    partition: number,
    ports: ShardPorts<Q, A>,
    restart: (reason: string) => void,
    background: (work: Promise<unknown>) => void,
  ) {
    this.aggregate = aggregate;
    this.partition = partition;
    this.ports = ports;
    this.cache = new AggregateCache(aggregate.decider.initialState);
    this.restart = restart;
    this.background = background;
  }

  get source(): string {
    return `/hail/${this.aggregate.kind}`;
  }

  kafka<T>(current: () => boolean, run: () => Promise<T>): Promise<T> {
    return this.#persist('kafka', current, run);
  }

  redis<T>(current: () => boolean, run: () => Promise<T>): Promise<T> {
    return this.#persist('redis', current, run);
  }

  /**
   * Sees to it that these aggregates are in the cache, in one round trip. False when that cannot be
   * trusted: the stored position is not the one this shard has stored, so the shard begins anew.
   */
  async load(ids: readonly string[], current: () => boolean): Promise<boolean> {
    const missing = [...new Set(ids)].filter((id) => !this.cache.has(id));
    return missing.length === 0 || this.#look(missing, current);
  }

  /** Looks whether what Redis holds is what this shard has stored; if not, the shard begins anew. */
  async check(current: () => boolean): Promise<void> {
    await this.#look([], current);
  }

  async #look(missing: readonly string[], current: () => boolean): Promise<boolean> {
    const earliest = this.storedOffset;
    const { offset, documents } = await this.redis(current, () => this.ports.store.load(missing));
    if (!current()) return false;
    if (earliest !== undefined && (offset === undefined || offset < earliest)) {
      this.restart('the read model has lost something');
      return false;
    }
    if (offset !== undefined && (this.sentOffset === undefined || offset > this.sentOffset)) {
      this.restart('another owner has stored a later snapshot');
      return false;
    }
    for (const [i, id] of missing.entries()) {
      if (!this.cache.has(id)) this.cache.admit(id, documents[i]);
    }
    return true;
  }

  #persist<T>(what: 'kafka' | 'redis', current: () => boolean, run: () => Promise<T>): Promise<T> {
    const { clock, observe } = this.ports;
    return persist(clock, current, run, (error) => observe({ type: 'waiting', for: what, error }));
  }
}
