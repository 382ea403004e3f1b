import { createKafka } from './client.ts';
import { type TopicSpec, topicConfig } from './topic-config.ts';

/** Resolves when the brokers answer and can say who coordinates groups; rejects otherwise. */
export async function waitForKafka(brokers: readonly string[]): Promise<void> {
  const admin = createKafka({ brokers, clientId: 'hail-probe' }).admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates the topics that are missing. Rejects when one exists with another number of partitions:
 * keys would hash elsewhere.
 */
export async function createTopics(
  brokers: readonly string[],
  specs: readonly TopicSpec[],
): Promise<readonly string[]> {
  const admin = createKafka({ brokers, clientId: 'hail-topics' }).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = specs.filter(({ name }) => !existing.has(name));
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: -1,
        configEntries: Object.entries(topicConfig(spec)).map(([name, value]) => ({ name, value })),
      })),
    });
    const there = specs.filter(({ name }) => existing.has(name));
    const { topics } = await admin.fetchTopicMetadata({ topics: there.map(({ name }) => name) });
    for (const { name, partitions } of there) {
      const found = topics.find((topic) => topic.name === name)?.partitions.length;
      if (found !== partitions) {
        throw new Error(
          `topic ${name} has ${found} partitions, ${partitions} are wanted: start with HAIL_PARTITIONS=${found}, or anew with --fresh`,
        );
      }
    }
    return missing.map(({ name }) => name);
  } finally {
    await admin.disconnect();
  }
}

/** The number of partitions of a topic; rejects when there is no such topic. */
export async function partitionCount(brokers: readonly string[], topic: string): Promise<number> {
  const admin = createKafka({ brokers, clientId: 'hail-partitions' }).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  } finally {
    await admin.disconnect();
  }
}
