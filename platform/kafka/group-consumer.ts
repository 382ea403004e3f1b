import type { LogRecord, Source } from '../log/ports.ts';
import { shardAssigner } from './assigner.ts';
import type { Kafka } from './client.ts';
import { commitEvery } from './commits.ts';
import { ConnectionError } from './connection.ts';
import { fetchFor } from './fetching.ts';
import { Leaders } from './leaders.ts';
import { fetchBy, generationOf } from './mend.ts';
import { consumerRetry } from './patience.ts';
import { Positions } from './positions.ts';
import { leaveFor } from './predecessors.ts';

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
  /** Milliseconds since fetching last went well. */
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

/**
 * Joins a group and hands over records partition by partition. kafkajs sees to the membership; the records are
 * fetched over a connection of our own from the positions sought, because kafkajs would start at the committed offsets
 * after every rejoin, deliver stale batches, and take several times as long for a fetch.
 */
export async function joinGroup(
  kafka: Kafka,
  options: GroupOptions,
  handlers: GroupHandlers,
): Promise<GroupConsumer> {
  let owned: readonly number[] = [];
  const { sessionTimeout = 6_000 } = options;
  const positions = new Positions();
  const handled = new Map<string, number>();
  const ends = new Map<string, number>();
  let lastFetch = Date.now();
  let leaders: Leaders | undefined;
  const assignShards = shardAssigner(() => owned);
  const fetch = async (nodeId: number) => {
    try {
      await fetchFor(nodeId, leaders as Leaders, positions, {
        records: handlers.records,
        answered: (topic, partition, end) => ends.set(`${topic}/${partition}`, end),
      });
      lastFetch = Date.now();
    } catch (error) {
      consumer.logger().error('cannot fetch', { error: String(error) });
      // Somebody else may lead by now; kafkajs asks for that only now and then.
      if (error instanceof ConnectionError) await leaders?.refresh().catch(() => {});
      throw error;
    }
  };

  const consumer = kafka.consumer({
    groupId: options.groupId,
    // Of a consumer's parts only an assigner is handed its cluster.
    partitionAssigners: [
      (parts) => {
        leaders ??= new Leaders(parts.cluster);
        fetchBy(parts.cluster, fetch);
        return assignShards(parts);
      },
    ],
    sessionTimeout,
    rebalanceTimeout: sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 6),
    allowAutoTopicCreation: false,
    retry: consumerRetry,
  });
  const commits = commitEvery(consumer, COMMIT_EVERY);

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned = [...new Set(Object.values(payload.memberAssignment).flat())].sort((a, b) => a - b);
    positions.keep(owned);
    commits.clear();
    handled.clear();
    ends.clear();
    handlers.assigned(owned, generationOf(payload.memberId));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) handlers.failed(payload.error);
  });

  await leaveFor(kafka, options.groupId, options.predecessors ?? []);
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: async () => {} });

  return {
    seek: (topic, partition, offset) => positions.seek(topic, partition, offset),
    pause: (topic, partition) => positions.pause(topic, partition),
    resume: (topic, partition) => positions.resume(topic, partition),
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
      leaders?.close();
    },
  };
}
