import type { LogPositions } from '../../log/follower.ts';
import type { Change, SnapshotStore, StoredDocument } from '../../log/ports.ts';
import type { LogPosition, Position } from '../../log/position.ts';
import type { Instance } from './instance.ts';

/** A shard's keys. Replaced as a whole at every change, so that older ones can be put back. */
interface ShardKeys {
  readonly position: string | undefined;
  readonly offset: number | undefined;
  /** Readers are told that what is not there may be yet to come. */
  readonly building: boolean;
  readonly documents: ReadonlyMap<string, string>;
  readonly deadlines: ReadonlyMap<string, number>;
  readonly sets: ReadonlyMap<string, ReadonlySet<string>>;
}

const nothing: ShardKeys = {
  position: undefined,
  offset: undefined,
  building: false,
  documents: new Map(),
  deadlines: new Map(),
  sets: new Map(),
};

/** Redis as the kernel sees it, in memory. Every call is atomic; all its keys can be set back. */
export class SimulatedRedis {
  readonly #now: () => number;
  readonly #shards = new Map<string, ShardKeys>();
  readonly #positions = new Map<string, string>();
  /** Up to where each shard was ever complete. No key of Redis: what readers remember survives a loss. */
  readonly #complete = new Map<string, number>();
  #history: { readonly at: number; readonly undo: () => void }[] = [];
  away = false;
  /** Told after every snapshot that was applied. */
  applied: (kind: string, partition: number) => void = () => {};

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything is gone, as after FLUSHALL. */
  flush(): void {
    for (const key of [...this.#shards.keys()]) this.#set(this.#shards, key, undefined);
    for (const key of [...this.#positions.keys()]) this.#set(this.#positions, key, undefined);
  }

  /** Everything is as it was so many milliseconds ago, as after a failover to a replica that lagged. */
  setBack(milliseconds: number): void {
    const then = this.#now() - milliseconds;
    for (let last = this.#history.at(-1); last && last.at > then; last = this.#history.at(-1)) {
      last.undo();
      this.#history.pop();
    }
  }

  position(kind: string, partition: number): Position | undefined {
    const { position } = this.#keys(kind, partition);
    return position === undefined ? undefined : JSON.parse(position);
  }

  /** How far readers were ever shown this shard as complete, if they are shown it so now. */
  completeUpTo(kind: string, partition: number): number | undefined {
    const { offset, building } = this.#keys(kind, partition);
    if (offset === undefined || building) return undefined;
    return this.#complete.get(`${kind}:${partition}`);
  }

  /** That of the position. */
  offset(kind: string, partition: number): number | undefined {
    return this.#keys(kind, partition).offset;
  }

  document(kind: string, partition: number, id: string): StoredDocument | undefined {
    const text = this.#keys(kind, partition).documents.get(id);
    return text === undefined ? undefined : JSON.parse(text);
  }

  documents(kind: string, partition: number): ReadonlyMap<string, string> {
    return this.#keys(kind, partition).documents;
  }

  deadlines(kind: string, partition: number): ReadonlyMap<string, number> {
    return this.#keys(kind, partition).deadlines;
  }

  set(kind: string, partition: number, name: string): ReadonlySet<string> {
    return this.#keys(kind, partition).sets.get(name) ?? new Set();
  }

  store(instance: Instance, kind: string, partition: number): SnapshotStore {
    const key = `${kind}:${partition}`;
    const keys = () => this.#keys(kind, partition);
    return {
      open: () =>
        this.#request(instance, () => {
          this.#set(this.#shards, key, { ...keys(), building: true });
          return { position: this.position(kind, partition), deadlines: [...keys().deadlines] };
        }),
      load: (ids) =>
        this.#request(instance, () => ({
          offset: keys().offset,
          documents: ids.map((id) => this.document(kind, partition, id)),
        })),
      apply: (base, next, changes, complete) =>
        this.#request(instance, () => {
          const stored = keys().offset;
          if (stored !== base) {
            if (stored === next.offset) return 'applied';
            if (stored !== undefined && (base === undefined || stored > base)) return 'ahead';
            return 'lost';
          }
          const building = !complete;
          this.#set(this.#shards, key, { ...changed(keys(), next, changes), building });
          const known = this.#complete.get(key) ?? 0;
          if (complete && next.offset > known) this.#set(this.#complete, key, next.offset);
          this.applied(kind, partition);
          return 'applied';
        }),
    };
  }

  positions(instance: Instance, name: string): LogPositions {
    const key = (topic: string, partition: number) => `${name}:${topic}:${partition}`;
    return {
      load: (topic, partition) =>
        this.#request(instance, () => {
          const text = this.#positions.get(key(topic, partition));
          return text === undefined ? undefined : (JSON.parse(text) as LogPosition);
        }),
      store: (topic, partition, position) =>
        this.#request(instance, () => {
          const known = this.#positions.has(key(topic, partition));
          this.#set(this.#positions, key(topic, partition), JSON.stringify(position));
          return known;
        }),
    };
  }

  #request<T>(instance: Instance, effect: () => T): Promise<T> {
    return instance.request('redis', () => {
      if (this.away) throw new Error('simulated: Redis is away');
      return effect();
    });
  }

  #keys(kind: string, partition: number): ShardKeys {
    return this.#shards.get(`${kind}:${partition}`) ?? nothing;
  }

  #set<T>(map: Map<string, T>, key: string, value: T | undefined): void {
    const put = (to: T | undefined) => {
      if (to === undefined) map.delete(key);
      else map.set(key, to);
    };
    const before = map.get(key);
    this.#history.push({ at: this.#now(), undo: () => put(before) });
    put(value);
  }
}

function changed(keys: ShardKeys, next: Position, changes: readonly Change[]): ShardKeys {
  const { offset } = next;
  const position = JSON.stringify(next);
  if (changes.length === 0) return { ...keys, position, offset };
  const documents = new Map(keys.documents);
  const deadlines = new Map(keys.deadlines);
  const sets = new Map(keys.sets);
  for (const { id, version, state, deadline, joins, leaves } of changes) {
    documents.set(id, JSON.stringify({ version, state }));
    if (deadline === null) deadlines.delete(id);
    else if (deadline !== undefined) deadlines.set(id, deadline);
    for (const name of joins) sets.set(name, new Set(sets.get(name)).add(id));
    for (const name of leaves) {
      const left = new Set(sets.get(name));
      left.delete(id);
      sets.set(name, left);
    }
  }
  return { ...keys, position, offset, documents, deadlines, sets };
}
