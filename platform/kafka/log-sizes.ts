import type { Cluster } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

/** What one broker keeps of a partition on disk, in bytes, and whether it leads it is not said. */
export interface ReplicaSize {
  readonly topic: string;
  readonly partition: number;
  readonly nodeId: number;
  readonly bytes: number;
}

interface Sender {
  readonly connectionPool: { send(request: object): Promise<readonly ReplicaSize[]> };
}

const DESCRIBE_LOG_DIRS = 35;
const EVERY_TOPIC = -1;

/**
 * The bytes that the partitions take on the brokers' disks, every replica by itself, as Kafka's own
 * `kafka-log-dirs` shows them. kafkajs lacks this request (DescribeLogDirs, version 1), so it is written here.
 */
export async function replicaSizes(cluster: Cluster): Promise<readonly ReplicaSize[]> {
  const sizes = cluster.getNodeIds().map(async (nodeId) => {
    const broker = await cluster.findBroker({ nodeId: String(nodeId) });
    return (broker as unknown as Sender).connectionPool.send(describeLogDirs(nodeId));
  });
  return (await Promise.all(sizes)).flat();
}

function describeLogDirs(nodeId: number) {
  return {
    request: {
      apiKey: DESCRIBE_LOG_DIRS,
      apiVersion: 1,
      apiName: 'DescribeLogDirs',
      encode: async () => new Encoder().writeInt32(EVERY_TOPIC),
    },
    response: {
      decode: async (payload: Buffer) => {
        const decoder = new Decoder(payload);
        const clientSideThrottleTime = decoder.readInt32();
        const found = decoder.readArray((dir) => {
          const errorCode = dir.readInt16();
          dir.readString();
          const sizes = dir.readArray(() => readTopic(dir, nodeId)).flat();
          return errorCode === 0 ? sizes : [];
        });
        return { clientSideThrottleTime, sizes: found.flat() };
      },
      parse: async ({ sizes }: { readonly sizes: readonly ReplicaSize[] }) => sizes,
    },
  };
}

function readTopic(decoder: Decoder, nodeId: number): readonly ReplicaSize[] {
  const topic = decoder.readString();
  const partitions = decoder.readArray(() => {
    const partition = decoder.readInt32();
    const bytes = Number(decoder.readInt64());
    decoder.readInt64();
    const isFuture = decoder.readBoolean();
    return { topic, partition, nodeId, bytes, isFuture };
  });
  // A replica that is being moved to another disk is there twice.
  return partitions.filter(({ isFuture }) => !isFuture).map(({ isFuture: _, ...size }) => size);
}
