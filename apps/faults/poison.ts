import { randomBytes } from 'node:crypto';
import { createKafka } from '../../platform/kafka/client.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { createProducer } from '../../platform/kafka/producer.ts';
import { scan } from '../../platform/kafka/scan.ts';
import { createTopicReader } from '../../platform/kafka/topic-reader.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import { deadLetterTopic } from '../../platform/log/dead-letter.ts';
import { type Topic, topics } from '../../schemas/topics.ts';

/** As large as the broker takes. */
const OVERSIZED = 1_048_300;
const UNKNOWN_SCHEMA = 999_999;

const every: readonly Topic[] = Object.values(topics);
const targets = every.filter(({ kind }) => kind === 'inbox' || kind === 'stream');

/** What does not belong in an inbox, by what is wrong with it. */
export const poisons = {
  'bad bytes': () => randomBytes(40).fill(7, 0, 1),
  'unknown schema': () => {
    const value = randomBytes(40).fill(0, 0, 1);
    value.writeInt32BE(UNKNOWN_SCHEMA, 1);
    return value;
  },
  oversized: () => randomBytes(OVERSIZED).fill(7, 0, 1),
} as const;

export type PoisonName = keyof typeof poisons;

export interface Poisoner {
  /** Writes one such record into every inbox and stream. */
  poison(name: PoisonName): Promise<void>;
  /** What is wrong with the dead letters: each poisoned record must be there, and no other. */
  check(): Promise<string[]>;
  close(): Promise<void>;
}

/** Writes what no service of Hail would write. */
export async function createPoisoner(
  brokers: readonly string[],
  partitions: number,
): Promise<Poisoner> {
  const kafka = createKafka({ brokers, clientId: 'hail-faults' });
  const producer = createProducer(kafka);
  await producer.connect();
  const writer = createWriter(producer, partitions);
  const written = new Map<string, Set<string>>(targets.map(({ name }) => [name, new Set()]));
  let count = 0;

  return {
    async poison(name) {
      for (const { name: topic } of targets) {
        const key = `poison-${++count}`;
        written.get(topic)?.add(key);
        const record = { key, value: poisons[name](), headers: {} };
        await writer.append(topic, partitionOf(key, partitions), [record]);
      }
    },
    async check() {
      const reader = await createTopicReader(kafka);
      const wrong: string[] = [];
      for (const [topic, keys] of written) {
        const left = new Set(keys);
        const dlq = deadLetterTopic(topic);
        for await (const { records } of scan(reader, await reader.ranges([dlq]))) {
          for (const { key, headers, partition, offset } of records) {
            left.delete(key);
            if (keys.has(key)) continue;
            wrong.push(
              `${dlq}/${partition}/${offset}: ${key} was set aside: ${headers['dlq_reason']}`,
            );
          }
        }
        for (const key of left) wrong.push(`${dlq}: ${key} is missing`);
      }
      await reader.close();
      return wrong;
    },
    close: () => producer.disconnect(),
  };
}
