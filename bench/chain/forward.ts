import type { Kafka } from '../../platform/kafka/client.ts';

type Producer = ReturnType<Kafka['producer']>;

interface Forwarded {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly partition: number;
}

/** How a process passes on what it has read. */
export interface PassOn {
  /** @param next the offset up to which the input partition has been read with these */
  records(partition: number, records: Forwarded[], next: number): Promise<void>;
  close(): Promise<void>;
}

interface Way {
  readonly groupId: string;
  readonly from: string;
  readonly to: string;
}

/**
 * - `bare`: neither waits for what it has sent nor says how far it is. Nothing passes messages on with
 *   less work; a failed request loses some, and a restart repeats everything.
 * - `at-least-once`: waits, and commits offsets after each batch; a crash repeats some.
 * - `transactional`: records and offsets in one Kafka transaction per batch; exactly once.
 */
export type Manner = 'bare' | 'at-least-once' | 'transactional';

export const forward: Readonly<Record<Manner, (kafka: Kafka, way: Way) => Promise<PassOn>>> = {
  bare: async (kafka, { to }) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const failed = (error: unknown) => {
      throw error;
    };
    return {
      async records(_, messages) {
        producer.send({ topic: to, messages }).catch(failed);
      },
      close: () => producer.disconnect(),
    };
  },

  'at-least-once': async (kafka, { to }) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return {
      async records(_, messages) {
        await producer.send({ topic: to, messages });
      },
      close: () => producer.disconnect(),
    };
  },

  transactional: async (kafka, way) => {
    // One producer per partition: transactions of one producer exclude each other.
    const producers = new Map<number, Producer>();
    const connect = async (partition: number) => {
      const producer = kafka.producer({
        transactionalId: `${way.groupId}-${partition}`,
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        // A transaction that follows another has to wait for its end; the default looks every 300 ms.
        retry: { initialRetryTime: 5, maxRetryTime: 200, factor: 0.2, multiplier: 2, retries: 12 },
      });
      await producer.connect();
      producers.set(partition, producer);
      return producer;
    };
    return {
      async records(partition, messages, next) {
        for (;;) {
          const producer = producers.get(partition) ?? (await connect(partition));
          try {
            await commit(producer, way, partition, messages, next);
            return;
          } catch (error) {
            // After an error kafkajs' producer can be wedged: a new one, which also ends what it left open.
            process.stderr.write(`a transaction failed: ${(error as Error).message}\n`);
            producers.delete(partition);
            await producer.disconnect();
          }
        }
      },
      close: async () => {
        await Promise.all([...producers.values()].map((producer) => producer.disconnect()));
      },
    };
  },
};

async function commit(
  producer: Producer,
  { groupId, from, to }: Way,
  partition: number,
  messages: Forwarded[],
  next: number,
): Promise<void> {
  const transaction = await producer.transaction();
  try {
    await transaction.send({ topic: to, messages });
    const partitions = [{ partition, offset: String(next) }];
    await transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic: from, partitions }],
    });
    await transaction.commit();
  } catch (error) {
    await transaction.abort().catch(() => {});
    throw error;
  }
}
