import type { Headers } from './headers.ts';
import type { Position } from './position.ts';

/** A record as it stands in a topic. Its key, value and headers may be decoded only when they are looked at: do not spread it. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Milliseconds since 1970, by the writer's clock. */
  readonly timestamp: number;
}

/** A record about to be written. */
export interface NewRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Headers;
  /** Milliseconds since 1970; the moment of writing unless given. */
  readonly timestamp?: number;
}

/** What the kernel asks of Kafka, besides being handed what was read. */
export interface Writer {
  /**
   * Appends the records to one partition as one batch: all or none, in order. Resolves when all
   * in-sync replicas have it, with the offset of its first record. After a rejection it may be there
   * nevertheless, or appear later.
   */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<number>;
  /** Appends, as above, to whatever partitions the keys hash to; order is kept per key. */
  send(messages: readonly { readonly topic: string; readonly record: NewRecord }[]): Promise<void>;
}

/** How a shard steers what it is handed: records arrive from the position last asked for. */
export interface Source {
  /** Hand over records of this partition from `offset` on; until then, none. */
  seek(topic: string, partition: number, offset: number): void;
  /** Hand over nothing for now; what is under way may still arrive. `resume` goes on after it. */
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** Tells ordinary tools how far the group is; a convenience, never trusted. */
  commit(offsets: readonly { topic: string; partition: number; offset: number }[]): void;
}

/** Turns messages into bytes and back. */
export interface Codec {
  encode(type: string, data: object): Buffer;
  /** `hail.trip.TripRequested` for `TripRequested`. */
  fullName(type: string): string;
  /** The record's type, `undefined` while its schema has not been learned. */
  typeOf(value: Buffer): string | undefined;
  /** Fetches the schema of `value` if it is unknown; waits while the registry is away. Rejects for hopeless bytes. */
  learn(value: Buffer): Promise<void>;
  /** Throws for bytes that are not what their schema says. */
  decode(value: Buffer): { readonly type: string; readonly data: object };
}

/** One aggregate's part of a snapshot. */
export interface Change {
  readonly id: string;
  readonly version: number;
  readonly state: object;
  /** Milliseconds since 1970; `null` clears it, absent leaves it. */
  readonly deadline?: number | null;
  readonly joins: readonly string[];
  readonly leaves: readonly string[];
}

export interface StoredDocument {
  readonly version: number;
  readonly state: object;
}

/** A shard's keys in Redis. Every call is one atomic script; while Redis is away it waits. */
export interface SnapshotStore {
  /**
   * What is stored, for a new owner to fold on. From now on until `apply` says `complete`, readers are told
   * that a document that is not there may be yet to come.
   */
  open(): Promise<{
    position: Position | undefined;
    deadlines: readonly (readonly [string, number])[];
  }>;
  /** The documents in the order of `ids`, and the offset of the stored position as of the same moment. */
  load(ids: readonly string[]): Promise<{
    offset: number | undefined;
    documents: readonly (StoredDocument | undefined)[];
  }>;
  /**
   * Applies the changes if the stored position is still `base`. `complete`: the owner has folded everything
   * that stood in the log before its claim. `ahead`: someone stored a later one,
   * nothing was changed; `lost`: the stored one is earlier or gone, nothing was changed.
   */
  apply(
    base: number | undefined,
    next: Position,
    changes: readonly Change[],
    complete: boolean,
  ): Promise<'applied' | 'ahead' | 'lost'>;
}

/** Time, so that it can be simulated. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` after so many milliseconds, by `now` perhaps one too early; the returned function cancels. */
  after(milliseconds: number, run: () => void): () => void;
}
