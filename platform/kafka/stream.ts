import type { LogRecord } from '../log/ports.ts';
import type { Kafka } from './client.ts';
import { commitEvery } from './commits.ts';
import { consumerRetry } from './patience.ts';
import { leaveFor } from './predecessors.ts';
import { toRecord } from './record.ts';

/** Measurements gather so long before they are handed over, in milliseconds; a new one is no hurry. */
const GATHER_FOR = 100;
const COMMIT_EVERY = 1_000;

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
  {
    groupId,
    topic,
    predecessors,
  }: {
    readonly groupId: string;
    readonly topic: string;
    /** Client ids of processes that have ended, perhaps without leaving the group. */
    readonly predecessors: readonly string[];
  },
  records: (partition: number, records: readonly LogRecord[]) => Promise<void>,
  failed: (error: Error) => void,
): Promise<Stream> {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: GATHER_FOR,
    minBytes: 1_048_576,
    allowAutoTopicCreation: false,
    retry: consumerRetry,
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) failed(payload.error);
  });
  // The end, where a new group begins, is looked up before the first fetch.
  const fetched = new Promise((resolve) => consumer.on(consumer.events.FETCH, resolve));
  await leaveFor(kafka, groupId, predecessors);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: false });
  const commits = commitEvery(consumer, COMMIT_EVERY);
  await consumer.run({
    autoCommit: false, // kafkajs would commit after every batch
    eachBatch: async ({ batch: { partition, messages } }) => {
      await records(
        partition,
        messages.map((message) => toRecord(topic, partition, message)),
      );
      const last = messages.at(-1);
      if (last !== undefined) commits.handled(topic, partition, Number(last.offset) + 1);
    },
  });
  await fetched;
  return {
    async close() {
      await commits.close();
      await consumer.disconnect();
    },
  };
}
