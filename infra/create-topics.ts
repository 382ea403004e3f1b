import { createTopics } from '../platform/kafka/admin.ts';
import type { TopicSpec } from '../platform/kafka/topic-config.ts';
import { type Topic, topics } from '../schemas/topics.ts';

/** How many partitions every topic has unless told. */
export const DEFAULT_PARTITIONS = 4;
/** A dead letter is the largest record there can be, and says why besides. In bytes. */
const LARGEST_DEAD_LETTER = 2 * 1_048_576;

/**
 * Creates the topics of Hail that are missing, all with `HAIL_PARTITIONS` partitions (4 unless told).
 * Rejects when one is there with another number. Resolves with the names of those created.
 */
export function createHailTopics(
  brokers: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[]> {
  const partitions = Number(env['HAIL_PARTITIONS'] || DEFAULT_PARTITIONS);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > 256) {
    throw new Error(
      `HAIL_PARTITIONS is "${env['HAIL_PARTITIONS']}"; it must be a number from 1 to 256`,
    );
  }
  return createTopics(
    brokers,
    Object.values(topics).map((topic) => topicSpec(topic, partitions)),
  );
}

/** How a topic is made. */
export function topicSpec({ name, kind, retentionMs }: Topic, partitions: number): TopicSpec {
  return {
    name,
    partitions,
    retentionMs,
    ...(kind === 'dlq' && { largestBatch: LARGEST_DEAD_LETTER }),
  };
}
