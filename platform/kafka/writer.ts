import type { Writer } from '../log/ports.ts';
import type { Producer } from './client.ts';
import { partitionOf } from './partition-of.ts';

interface PartitionedRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
  readonly partition: number;
}

/**
 * Appends with acks=all to topics that all have the same number of partitions. One call per target is
 * outstanding at most (the callers await), because a plain producer's retries would reorder.
 */
export function createWriter(producer: Producer, partitions: number): Writer {
  return {
    async append(topic, partition, records) {
      const messages = records.map((record) => ({ ...record, partition }));
      await producer.send({ topic, acks: -1, messages });
    },

    async send(messages) {
      const byTopic = new Map<string, PartitionedRecord[]>();
      const wanted = new Set<string>();
      for (const { topic, record } of messages) {
        const partition = partitionOf(record.key, partitions);
        const { key, value, headers } = record;
        const placed = { key, value, headers, partition };
        wanted.add(`${topic}/${partition}`);
        const records = byTopic.get(topic);
        if (records === undefined) byTopic.set(topic, [placed]);
        else records.push(placed);
      }
      const topicMessages = [...byTopic].map(([topic, records]) => ({ topic, messages: records }));
      const written = await producer.sendBatch({ acks: -1, topicMessages });
      // kafkajs may resolve although a partition was never written, when its leader moved to a broker
      // that had already answered.
      for (const { topicName, partition } of written) wanted.delete(`${topicName}/${partition}`);
      if (wanted.size > 0) throw new Error(`not written: ${[...wanted].join(', ')}`);
    },
  };
}
