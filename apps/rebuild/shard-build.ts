import { AggregateCache } from '../../platform/log/cache.ts';
import { receive } from '../../platform/log/envelope.ts';
import { type Foldable, Folder, type ReadBack } from '../../platform/log/folder.ts';
import type { Change, Codec, LogRecord, SnapshotStore } from '../../platform/log/ports.ts';
import { type Position, shardStart } from '../../platform/log/position.ts';
import type { Message } from '../../platform/messaging/message.ts';

/** Aggregates in memory at most, give or take a batch: the others are read again when they are met. */
const LARGEST_CACHE = 20_000;

/** Told of what an owner would report as well: events that are missing or cannot be read. */
export type OnAlarm = (what: 'gap' | 'unreadable', at: LogRecord, error?: unknown) => void;

/**
 * Folds a shard's log from the beginning into a model beside the living one, with the owner's own
 * folding. It sends nothing, and decides nothing.
 */
export class ShardBuild<S extends object, E extends Message> {
  readonly #folder: Folder<S, E>;
  readonly #cache: AggregateCache<S>;
  readonly #codec: Codec;
  readonly #store: SnapshotStore;
  readonly #onAlarm: OnAlarm;
  #stored: number | undefined;
  #before: Position = shardStart;
  /** How many valid events have been folded. */
  events = 0;
  /** The names of all sets that an aggregate has ever been in. */
  readonly sets = new Set<string>();

  constructor(
    { decider, view }: Omit<Foldable<S, E>, 'policy'> & { decider: { readonly initialState: S } },
    codec: Codec,
    store: SnapshotStore,
    onAlarm: OnAlarm,
  ) {
    this.#cache = new AggregateCache(decider.initialState);
    const silent = { decider, policy: () => [], ...(view && { view }) };
    this.#folder = new Folder(silent, this.#cache, { set: () => {} }, shardStart);
    this.#codec = codec;
    this.#store = store;
    this.#onAlarm = onAlarm;
  }

  get position(): Position {
    return this.#folder.position;
  }

  /** The position before the last batch, thus an earlier one. */
  get before(): Position {
    return this.#before;
  }

  /** Folds the next records of the log in memory; `store` must follow. */
  async fold(records: readonly LogRecord[]): Promise<void> {
    this.#before = this.position;
    const events: ReadBack<E>[] = [];
    for (const record of records) {
      const reading = this.#folder.reader.read(record);
      if (reading === 'gap') this.#onAlarm('gap', record);
      if (reading !== 'event' && reading !== 'gap') continue;
      try {
        events.push({ event: await receive<E>(this.#codec, record), record });
      } catch (error) {
        this.#onAlarm('unreadable', record, error);
      }
    }
    await this.#load(events.map(({ record }) => record.key));
    for (const event of events) this.#folder.fold(event);
    this.events += events.length;
  }

  /** Stores what has been folded. */
  async store(): Promise<void> {
    const changes: readonly Change[] = this.#folder.takeChanges();
    for (const { joins } of changes) for (const name of joins) this.sets.add(name);
    const { position } = this;
    if ((await this.#store.apply(this.#stored, position, changes, true)) !== 'applied') {
      throw new Error('the model being built is not as it was left: is another rebuild running?');
    }
    this.#stored = position.offset;
    this.#folder.stored(changes);
    // All of it is stored, so that any of it may be forgotten.
    if (this.#cache.size > LARGEST_CACHE) this.#cache.clear();
  }

  async #load(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#cache.has(id));
    if (missing.length === 0) return;
    const { documents } = await this.#store.load(missing);
    for (const [i, id] of missing.entries()) this.#cache.admit(id, documents[i]);
  }
}
