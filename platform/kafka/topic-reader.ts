import type { Cluster } from 'kafkajs';
import type { LogRecord } from '../log/ports.ts';
import type { Kafka } from './client.ts';
import { createCluster } from './cluster.ts';
import type { FetchResponse } from './fetch-response.ts';
import { toFetched } from './record.ts';

/** A partition and an offset in it. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A partition and the offsets it has: from `start` on, up to and without `end`. */
export interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** What one fetch has brought of one partition; `next` is where to go on. */
export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly next: number;
  /** The offset after the last record of the partition. */
  readonly end: number;
}

/**
 * Reads partitions without a consumer group: nothing is joined, nothing committed, nothing left behind.
 * Every call rejects when Kafka is away or a topic does not exist.
 */
export interface TopicReader {
  /** Which offsets the partitions of these topics have now. */
  ranges(topics: readonly string[]): Promise<readonly PartitionRange[]>;
  /** Per partition the first offset at or after a time in milliseconds since 1970; the end if there is none. */
  offsetsAt(topics: readonly string[], time: number): Promise<readonly PartitionOffset[]>;
  /**
   * What the partitions hold from these offsets on; waits up to `waitMs` while there is nothing. Of each partition
   * at most `partitionBytes` are fetched (1 MiB), but always a whole batch.
   */
  fetch(
    from: readonly PartitionOffset[],
    waitMs: number,
    partitionBytes?: number,
  ): Promise<readonly Fetched[]>;
  close(): Promise<void>;
}

const LARGEST_FETCH = 8 * 1_048_576;
const LARGEST_PARTITION = 1_048_576;
const READ_UNCOMMITTED = 0;

/** Opens connections of its own. kafkajs has no consumer without a group, but all the parts of one. */
export async function createTopicReader(kafka: Kafka): Promise<TopicReader> {
  const cluster = createCluster(kafka);
  await cluster.connect();
  const partitionsOf = async (topics: readonly string[]) => {
    await cluster.addMultipleTargetTopics([...topics]);
    return topics.map((topic) => ({
      topic,
      partitions: cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId })),
    }));
  };
  const offsets = async (
    topics: readonly string[],
    at: { fromBeginning: boolean } | { fromTimestamp: number },
  ): Promise<PartitionOffset[]> => {
    const wanted = (await partitionsOf(topics)).map((topic) => ({ ...topic, ...at }));
    const found = await cluster.fetchTopicsOffset(wanted as never);
    return found
      .flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      )
      .sort(
        (a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition,
      );
  };
  const ranges = async (topics: readonly string[]): Promise<readonly PartitionRange[]> => {
    const [starts, ends] = await Promise.all([
      offsets(topics, { fromBeginning: true }),
      offsets(topics, { fromBeginning: false }),
    ]);
    return starts.map(({ topic, partition, offset: start }) => ({
      topic,
      partition,
      start,
      end: ends.find((e) => e.topic === topic && e.partition === partition)?.offset ?? start,
    }));
  };

  return {
    ranges,
    async offsetsAt(topics, time) {
      const [found, all] = await Promise.all([
        offsets(topics, { fromTimestamp: time }),
        ranges(topics),
      ]);
      return found.map(({ topic, partition, offset }) => {
        const range = all.find((r) => r.topic === topic && r.partition === partition);
        return { topic, partition, offset: offset < 0 ? (range?.end ?? 0) : offset };
      });
    },
    async fetch(from, waitMs, partitionBytes = LARGEST_PARTITION) {
      await cluster.addMultipleTargetTopics([...new Set(from.map(({ topic }) => topic))]);
      await cluster.refreshMetadataIfNecessary();
      const byLeader = Map.groupBy(from, ({ topic, partition }) =>
        String(Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]),
      );
      const fetched = await Promise.all(
        [...byLeader].map(([nodeId, some]) =>
          fetchFrom(cluster, nodeId, some, waitMs, partitionBytes),
        ),
      ).catch(async (error: unknown) => {
        // A leader may have moved: know better at the next try.
        await cluster.refreshMetadata().catch(() => {});
        throw error;
      });
      return fetched.flat();
    },
    close: () => cluster.disconnect(),
  };
}

async function fetchFrom(
  cluster: Cluster,
  nodeId: string,
  from: readonly PartitionOffset[],
  waitMs: number,
  partitionBytes: number,
): Promise<Fetched[]> {
  const broker = await cluster.findBroker({ nodeId });
  const byTopic = Map.groupBy(from, ({ topic }) => topic);
  const { responses } = (await broker.fetch({
    isolationLevel: READ_UNCOMMITTED,
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: LARGEST_FETCH,
    topics: [...byTopic].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ partition, offset }) => ({
        partition,
        fetchOffset: String(offset),
        maxBytes: partitionBytes,
      })),
    })),
  })) as FetchResponse;
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap((came) => {
      const asked = from.find((at) => at.topic === topic && at.partition === came.partition);
      return asked === undefined ? [] : [toFetched(asked, came)];
    }),
  );
}
