import type { StoredDocument } from './ports.ts';

/** One aggregate in memory, in its two states. */
export interface Entry<S> {
  /** Folded from the log: the only state that is ever shown, stored or used for sending. */
  folded: S;
  /** What decisions stand on: ahead of `folded` by the events that have not been read back. */
  decided: S;
  /** How many events `decided` is ahead. */
  pending: number;
  /** The log offset of the last event in `folded`; -1 for none. */
  version: number;
  /** What the read model holds, if it holds a document. Its version counts: an event may leave the state as it was. */
  stored: StoredDocument | undefined;
}

/**
 * A shard's aggregates in memory. It is a cache: what is not in it is read from the read model.
 * Entries leave only when the read model holds all that they know.
 */
export class AggregateCache<S extends object> {
  readonly #entries = new Map<string, Entry<S>>();
  readonly #initial: S;

  constructor(initial: S) {
    this.#initial = initial;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): Entry<S> | undefined {
    return this.#entries.get(id);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Takes a document over from the read model, or the initial state if there is none. */
  admit(id: string, document: StoredDocument | undefined): Entry<S> {
    const state = (document?.state as S | undefined) ?? this.#initial;
    const entry: Entry<S> = {
      folded: state,
      decided: state,
      pending: 0,
      version: document?.version ?? -1,
      stored: document,
    };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Forgets an entry if nothing is under way and the read model holds it. */
  release(id: string, mayLeave: (state: S) => boolean): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.pending > 0) return;
    const untouched = entry.version === -1;
    const kept = entry.stored?.version === entry.version;
    if (untouched || (kept && mayLeave(entry.folded))) this.#entries.delete(id);
  }

  /** A claim was read: what had been decided and not read back is void. */
  reset(): void {
    for (const entry of this.#entries.values()) {
      entry.decided = entry.folded;
      entry.pending = 0;
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}
