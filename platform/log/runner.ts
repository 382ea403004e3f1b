import type { Aggregate } from '../messaging/aggregate.ts';
import type { Message } from '../messaging/message.ts';
import type { ShardPorts } from './context.ts';
import type { Observe } from './observer.ts';
import type { LogRecord, SnapshotStore, Source } from './ports.ts';
import { Shard } from './shard.ts';

/** What the runner is told by its consumer group. */
export interface GroupEvents {
  assigned(partitions: readonly number[], generation: number): void;
  records(topic: string, partition: number, records: readonly LogRecord[]): void;
}

export interface Group extends Source {
  close(): Promise<void>;
}

export interface RunnerOptions<Q, A>
  extends Omit<ShardPorts<Q, A>, 'source' | 'store' | 'observe'> {
  readonly instance: string;
  /** Joins the group of this name for these topics; resolves when consuming has begun. */
  readonly join: (
    groupId: string,
    topics: readonly string[],
    events: GroupEvents,
  ) => Promise<Group>;
  readonly store: (kind: string, partition: number) => SnapshotStore;
  readonly observe: (kind: string, partition: number) => Observe;
}

export interface Runner {
  /** Partition number and status of every shard this instance was ever assigned. */
  shards(): readonly { readonly partition: number; readonly status: string }[];
  /** Finishes what is under way (at most `milliseconds`), then leaves the group. */
  stop(milliseconds: number): Promise<void>;
}

/** The consumer group of an aggregate kind. Renaming it would claim everything anew. */
export const groupOf = (kind: string) => `hail.${kind}`;

/** Runs one kind of aggregate: joins its group, and one shard for every partition it is given. */
export async function runAggregate<S extends object, I extends Message, E extends Message, Q, A>(
  aggregate: Aggregate<S, I, E, Q, A>,
  options: RunnerOptions<Q, A>,
): Promise<Runner> {
  const { kind, inbox, log, subscribes } = aggregate;
  const shards = new Map<number, Shard<S, I, E, Q, A>>();
  let group: Group | undefined;
  // The first assignment comes in before `join` has returned; it waits until shards can seek.
  let early: { readonly partitions: readonly number[]; readonly generation: number } | undefined;
  const shardOf = (partition: number, source: Source) => {
    let shard = shards.get(partition);
    if (shard === undefined) {
      shard = new Shard(aggregate, partition, options.instance, {
        ...options,
        source,
        store: options.store(kind, partition),
        observe: options.observe(kind, partition),
      });
      shards.set(partition, shard);
    }
    return shard;
  };

  const assigned = (source: Source, partitions: readonly number[], generation: number) => {
    for (const [partition, shard] of shards) if (!partitions.includes(partition)) shard.revoke();
    for (const partition of partitions) shardOf(partition, source).assign(generation);
  };

  const joined = await options.join(groupOf(kind), [inbox, log, ...Object.keys(subscribes)], {
    assigned(partitions, generation) {
      if (group === undefined) early = { partitions, generation };
      else assigned(group, partitions, generation);
    },
    records: (topic, partition, records) => shards.get(partition)?.receive(topic, records),
  });
  group = joined;
  if (early !== undefined) assigned(joined, early.partitions, early.generation);

  return {
    shards: () => [...shards].map(([partition, { status }]) => ({ partition, status })),
    async stop(milliseconds) {
      await Promise.all([...shards.values()].map((shard) => shard.stop(milliseconds)));
      await joined.close();
    },
  };
}
