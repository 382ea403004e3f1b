import { setTimeout as sleep } from 'node:timers/promises';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { type Batch, placeOf } from './batch.ts';
import { type Kafka, RETRY } from './client.ts';
import { createCluster } from './cluster.ts';
import { Leaders } from './leaders.ts';
import { encodeProduce, PRODUCE } from './produce-request.ts';
import { WireReader } from './wire-reader.ts';

/** Writes with acks=all; never creates topics. Connections of its own. */
export interface Producer {
  /** Rejects when Kafka is away. */
  connect(): Promise<void>;
  /**
   * Writes a batch to each of these partitions, no partition twice, and tries again for some 3 s. Resolves with the
   * offset of each batch's first record, by place; rejects unless every batch was written, and then any may be
   * there nevertheless. To keep an order, wait for one call before the next.
   */
  produce(batches: readonly Batch[]): Promise<ReadonlyMap<string, number>>;
  disconnect(): Promise<void>;
}

const KEEP_TRYING = 3_000;

export function createProducer(kafka: Kafka): Producer {
  const cluster = createCluster(kafka);
  const leaders = new Leaders(cluster);
  const topics = new Set<string>();

  /** Asks each leader once. Resolves with what was written; fails if some was not. */
  async function attempt(batches: readonly Batch[], written: Map<string, number>): Promise<void> {
    for (const { topic } of batches) {
      if (topics.has(topic)) continue;
      await cluster.addMultipleTargetTopics([topic]);
      topics.add(topic);
    }
    const byLeader = Map.groupBy(batches, ({ topic, partition }) => leaders.of(topic, partition));
    const results = await Promise.allSettled(
      [...byLeader].map(([nodeId, some]) => ask(nodeId, some, written)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async function ask(nodeId: number, batches: readonly Batch[], written: Map<string, number>) {
    const connection = await leaders.connection(nodeId);
    const request = encodeProduce(batches, Date.now());
    const answer = await connection.request(PRODUCE.api, PRODUCE.version, request);
    decodeProduce(answer, written);
    const missing = batches.map(placeOf).filter((place) => !written.has(place));
    if (missing.length > 0) throw new Error(`not written: ${missing.join(', ')}`);
  }

  return {
    connect: () => cluster.connect(),
    async produce(batches) {
      const written = new Map<string, number>();
      const until = Date.now() + KEEP_TRYING;
      for (let pause = RETRY.initialRetryTime; ; pause = Math.min(2 * pause, RETRY.maxRetryTime)) {
        try {
          await attempt(
            batches.filter((batch) => !written.has(placeOf(batch))),
            written,
          );
          return written;
        } catch (error) {
          const hopeless = (error as { retriable?: boolean }).retriable === false;
          if (hopeless || Date.now() + pause > until) throw error;
        }
        await sleep(pause);
        // A leader may have moved; who cannot be asked will not be reached either.
        await leaders.refresh().catch(() => {});
      }
    },
    async disconnect() {
      leaders.close();
      await cluster.disconnect();
    },
  };
}

/** Notes the offset of each batch that was written; throws for the first that was not. */
function decodeProduce(answer: Buffer, written: Map<string, number>): void {
  const input = new WireReader(answer);
  let failed = 0;
  for (let left = input.int32(); left > 0; left -= 1) {
    const topic = input.string();
    for (let left = input.int32(); left > 0; left -= 1) {
      const partition = input.int32();
      const errorCode = input.int16();
      const offset = input.int64();
      input.at += 16; // when it was appended, and where the log begins
      if (errorCode === 0) written.set(placeOf({ topic, partition }), offset);
      else failed ||= errorCode;
    }
  }
  if (failed !== 0) throw createErrorFromCode(failed);
}
