import type { TopicReader } from '../../platform/kafka/topic-reader.ts';
import type { Codec, LogRecord } from '../../platform/log/ports.ts';
import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import type { Message } from '../../platform/messaging/message.ts';
import type { Redis } from '../../platform/redis/connect.ts';
import { createNextModel } from '../../platform/redis/next-model.ts';
import { compareIds, compareModels, type Differing } from './compare.ts';
import { LogAhead } from './log-ahead.ts';
import { ShardBuild } from './shard-build.ts';
import { buildTo, type Switched, switchOver } from './switch-over.ts';

/** What is said while a shard is rebuilt. `shard` is as in `trip:2`. */
export type Progress =
  | {
      readonly type: 'folded';
      readonly shard: string;
      readonly offset: number;
      readonly end: number;
      readonly events: number;
    }
  | { readonly type: 'compares'; readonly shard: string }
  | { readonly type: 'differs'; readonly shard: string; readonly differing: Differing }
  | {
      readonly type: 'gap' | 'unreadable';
      readonly shard: string;
      readonly at: LogRecord;
      readonly error?: unknown;
    };

export interface ShardReport {
  readonly shard: string;
  /** Valid events folded. */
  readonly events: number;
  readonly milliseconds: number;
  /** Aggregates whose living model was not what the log says. */
  readonly differing: number;
  /** Aggregates that changed too fast to be compared. */
  readonly uncompared: number;
  /** `undefined`: compared only. */
  readonly switched: Switched | undefined;
  readonly tries: number;
}

export interface RebuildOptions {
  readonly reader: TopicReader;
  readonly codec: Codec;
  readonly redis: Redis;
  /** Compares, and leaves the living model as it is. */
  readonly compareOnly: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** How often it is tried to switch over without the owner noticing; 50 unless told. */
  readonly attempts?: number;
  /** How long an owner that is behind and stands still is waited for, in milliseconds; 10 s unless told. */
  readonly patience?: number;
}

const ATTEMPTS = 50;
const PATIENCE = 10_000;
/** Building goes on until it is as near as this to the living model, in records. */
const NEAR = 1_000;
const COMPARE_AGAIN = 3;
const PAGE = 500;

/**
 * Builds one kind's read model anew from its log, shard after shard, beside the living one, compares
 * the two and switches over. The system may be running, under load, or stopped. Memory is bounded by the
 * largest batch; Redis holds a shard's model twice meanwhile.
 */
export async function* rebuildKind<S extends object, I extends Message, E extends Message, Q, A>(
  aggregate: Aggregate<S, I, E, Q, A>,
  options: RebuildOptions,
): AsyncGenerator<ShardReport> {
  for (const { partition, start, end } of await options.reader.ranges([aggregate.log])) {
    if (start > 0) {
      throw new Error(
        `${aggregate.log}/${partition} begins at ${start}: its beginning has been deleted, so nothing can be rebuilt from it`,
      );
    }
    yield await rebuildShard(aggregate, partition, end, options);
  }
}

async function rebuildShard<S extends object, I extends Message, E extends Message, Q, A>(
  aggregate: Aggregate<S, I, E, Q, A>,
  partition: number,
  end: number,
  { reader, codec, redis, compareOnly, onProgress, attempts, patience }: RebuildOptions,
): Promise<ShardReport> {
  const began = performance.now();
  const { kind } = aggregate;
  const shard = `${kind}:${partition}`;
  const model = createNextModel(redis, kind, partition);
  const log = new LogAhead(reader, aggregate.log, partition, 0);
  const build = new ShardBuild<S, E>(aggregate, codec, model.store, (type, at, error) =>
    onProgress({ type, shard, at, error }),
  );
  const found = (differing: Differing) => onProgress({ type: 'differs', shard, differing });
  /** The living position may be met and never be passed; where there is none, the log's end will do. */
  const catchUp = async () => {
    const target = (await model.livingPosition())?.offset ?? end;
    await buildTo(build, log, target, () => {
      const { offset } = build.position;
      onProgress({ type: 'folded', shard, offset, end: target, events: build.events });
    });
    return target;
  };

  await model.clear();
  for (let before = -NEAR, now = 0; now - before >= NEAR; ) {
    before = now;
    now = await catchUp();
  }
  onProgress({ type: 'compares', shard });
  const sets = [...new Set([...(await model.livingSets()), ...build.sets])];
  const comparison = await compareModels(model, build.position.offset, sets, found);
  let { differing } = comparison;
  let left = comparison.moved;
  for (let round = 0; round < COMPARE_AGAIN && left.length > 0; round += 1) {
    await catchUp();
    const still: string[] = [];
    for (let i = 0; i < left.length; i += PAGE) {
      const page = left.slice(i, i + PAGE);
      const moved = await compareIds(model, page, build.position.offset, sets, (one) => {
        differing += 1;
        found(one);
      });
      still.push(...moved);
    }
    left = still;
  }

  let switched: { how: Switched; tries: number } | undefined;
  if (compareOnly) await model.clear();
  else {
    switched = await switchOver(build, log, model, {
      damaged: differing > 0,
      attempts: attempts ?? ATTEMPTS,
      patience: patience ?? PATIENCE,
    });
  }
  return {
    shard,
    events: build.events,
    milliseconds: performance.now() - began,
    differing,
    uncompared: left.length,
    switched: switched?.how,
    tries: switched?.tries ?? 0,
  };
}
