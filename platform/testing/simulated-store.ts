import type { Change, SnapshotStore, StoredDocument } from '../log/ports.ts';
import type { Position } from '../log/position.ts';

interface ShardData {
  position: Position | undefined;
  readonly documents: Map<string, string>;
  readonly deadlines: Map<string, number>;
  readonly sets: Map<string, Set<string>>;
}

/** Redis as the kernel sees it, in memory: every call is atomic and takes a turn of the event loop. */
export class SimulatedRedis {
  #shards = new Map<string, ShardData>();

  /** Everything is gone, as after FLUSHALL. */
  flush(): void {
    this.#shards = new Map();
  }

  document(kind: string, partition: number, id: string): StoredDocument | undefined {
    const text = this.#shard(kind, partition).documents.get(id);
    return text === undefined ? undefined : JSON.parse(text);
  }

  set(kind: string, partition: number, name: string): ReadonlySet<string> {
    return this.#shard(kind, partition).sets.get(name) ?? new Set();
  }

  store(kind: string, partition: number): SnapshotStore {
    const shard = () => this.#shard(kind, partition);
    return {
      async open() {
        await Promise.resolve();
        return { position: shard().position, deadlines: [...shard().deadlines] };
      },
      async load(ids) {
        await Promise.resolve();
        const { position, documents } = shard();
        return {
          offset: position?.offset,
          documents: ids.map((id) => {
            const text = documents.get(id);
            return text === undefined ? undefined : (JSON.parse(text) as StoredDocument);
          }),
        };
      },
      async apply(base, next, changes) {
        await Promise.resolve();
        const data = shard();
        const stored = data.position?.offset;
        if (stored !== base) {
          if (stored === next.offset) return 'applied';
          if (stored !== undefined && (base === undefined || stored > base)) return 'ahead';
          return 'lost';
        }
        data.position = structuredClone(next);
        for (const change of changes) applyChange(data, change);
        return 'applied';
      },
    };
  }

  #shard(kind: string, partition: number): ShardData {
    const key = `${kind}:${partition}`;
    let data = this.#shards.get(key);
    if (data === undefined) {
      data = { position: undefined, documents: new Map(), deadlines: new Map(), sets: new Map() };
      this.#shards.set(key, data);
    }
    return data;
  }
}

function applyChange(
  data: ShardData,
  { id, version, state, deadline, joins, leaves }: Change,
): void {
  data.documents.set(id, JSON.stringify({ version, state }));
  if (deadline === null) data.deadlines.delete(id);
  else if (deadline !== undefined) data.deadlines.set(id, deadline);
  for (const name of joins) {
    const set = data.sets.get(name) ?? new Set();
    data.sets.set(name, set.add(id));
  }
  for (const name of leaves) data.sets.get(name)?.delete(id);
}
