import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord, Source } from '../log/ports.ts';
import { shardAssigner } from './assigner.ts';
import type { Kafka } from './client.ts';
import { commitEvery } from './commits.ts';
import { gatherFor } from './gather.ts';
import { generationOf } from './mend.ts';
import { consumerRetry } from './patience.ts';
import { Positions } from './positions.ts';
import { leaveFor } from './predecessors.ts';
import { toRecord } from './record.ts';

export interface GroupHandlers {
  /** The partition numbers that this member has from now on, after every (re)join. */
  assigned(partitions: readonly number[], generation: number): void;
  /** Records in order, from the position last sought. */
  records(topic: string, partition: number, records: readonly LogRecord[]): void;
  /** kafkajs gave up, and a restart of the process is the remedy. */
  failed(error: Error): void;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Milliseconds after which a silent member is given up by the group. */
  readonly sessionTimeout?: number;
  /** Client ids of processes that have ended, perhaps without leaving the group. */
  readonly predecessors?: readonly string[];
}

export interface GroupConsumer extends Source {
  /** Leaves the group, so that the others take over at once. */
  close(): Promise<void>;
  /** Milliseconds since data or an empty answer last came from the broker. */
  silence(): number;
  /** How many records of each partition have not been committed, as of what was last fetched. */
  lag(): readonly PartitionLag[];
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

const COMMIT_EVERY = 500;
/** kafkajs hands over one partition after another, and would pause after each, unless it may hand over all. */
const ALL_AT_ONCE = 64;

/**
 * Joins a group and hands over records partition by partition. Nothing is handed over that was not
 * sought: kafkajs starts at the committed offsets after every rejoin, and delivers stale batches.
 */
export async function joinGroup(
  kafka: Kafka,
  options: GroupOptions,
  handlers: GroupHandlers,
): Promise<GroupConsumer> {
  let owned: readonly number[] = [];
  const { sessionTimeout = 6_000 } = options;
  const consumer = kafka.consumer({
    groupId: options.groupId,
    partitionAssigners: [shardAssigner(() => owned)],
    sessionTimeout,
    rebalanceTimeout: sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 6),
    maxWaitTimeInMs: 200,
    minBytes: 1,
    maxBytesPerPartition: 1_048_576,
    allowAutoTopicCreation: false,
    retry: consumerRetry,
  });
  const positions = new Positions(consumer);
  const commits = commitEvery(consumer, COMMIT_EVERY);
  const handled = new Map<string, number>();
  const ends = new Map<string, number>();
  let lastFetch = Date.now();

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned = [...new Set(Object.values(payload.memberAssignment).flat())].sort((a, b) => a - b);
    positions.reassigned(options.topics, owned);
    commits.clear();
    handled.clear();
    ends.clear();
    handlers.assigned(owned, generationOf(payload.memberId));
  });
  consumer.on(consumer.events.FETCH, () => {
    lastFetch = Date.now();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) handlers.failed(payload.error);
  });

  await leaveFor(kafka, options.groupId, options.predecessors ?? []);
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: ALL_AT_ONCE,
    eachBatch: async ({ batch, resolveOffset }) => {
      const { topic, partition } = batch;
      if (!owned.includes(partition)) return;
      ends.set(`${topic}/${partition}`, Number(batch.highWatermark));
      const fetched = Number((batch as { fetchedOffset?: string }).fetchedOffset);
      const next = Number(batch.lastOffset()) + 1;
      if (!positions.accept(topic, partition, fetched, next)) return;
      resolveOffset(batch.lastOffset());
      handlers.records(
        topic,
        partition,
        batch.messages.map((message) => toRecord(topic, partition, message)),
      );
      const pause = gatherFor();
      if (pause > 0) await sleep(pause);
    },
  });

  return {
    seek: (topic, partition, offset) => positions.seek(topic, partition, offset),
    pause: (topic, partition) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: (topic, partition) => consumer.resume([{ topic, partitions: [partition] }]),
    commit(offsets) {
      for (const { topic, partition, offset } of offsets) {
        handled.set(`${topic}/${partition}`, offset);
        commits.handled(topic, partition, offset);
      }
    },
    silence: () => Date.now() - lastFetch,
    lag: () =>
      [...ends].map(([key, end]) => {
        const slash = key.lastIndexOf('/');
        const records = Math.max(0, end - (handled.get(key) ?? 0));
        return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)), records };
      }),
    async close() {
      await commits.close();
      await consumer.disconnect();
    },
  };
}
