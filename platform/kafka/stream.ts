import type { LogRecord } from '../log/ports.ts';
import type { Kafka } from './client.ts';
import { consumerRetry } from './patience.ts';
import { toRecord } from './record.ts';

export interface Stream {
  close(): Promise<void>;
}

/**
 * Reads a stream of measurements, of which only the newest counts: a new group begins at its end,
 * and a batch that cannot be handled is not tried again. `records` must not reject. Resolves when what is
 * written from then on will be read.
 */
export async function readStream(
  kafka: Kafka,
  { groupId, topic }: { readonly groupId: string; readonly topic: string },
  records: (partition: number, records: readonly LogRecord[]) => Promise<void>,
  failed: (error: Error) => void,
): Promise<Stream> {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    // Measurements can gather for a while; a new one is no hurry.
    maxWaitTimeInMs: 50,
    minBytes: 1_048_576,
    allowAutoTopicCreation: false,
    retry: consumerRetry,
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) failed(payload.error);
  });
  // The end, where a new group begins, is looked up before the first fetch.
  const fetched = new Promise((resolve) => consumer.on(consumer.events.FETCH, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: false });
  await consumer.run({
    autoCommitInterval: 1_000,
    eachBatch: async ({ batch: { partition, messages } }) => {
      await records(
        partition,
        messages.map((message) => toRecord(topic, partition, message)),
      );
    },
  });
  await fetched;
  return { close: () => consumer.disconnect() };
}
