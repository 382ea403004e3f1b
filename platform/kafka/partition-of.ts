import { Partitioners } from 'kafkajs';

const partitioner = Partitioners.DefaultPartitioner();
/** Hashing takes microseconds, and an id comes some twenty times: those that came lately are remembered. */
const REMEMBERED = 10_000;

/** The partition of a key, as every client that hashes like Java's (murmur2) computes it. */
export function partitionOf(key: string, partitions: number): number {
  const { metadata, remembered } = topicsOf(partitions);
  let partition = remembered.get(key);
  if (partition === undefined) {
    const message = { key, value: null };
    partition = partitioner({ topic: '', partitionMetadata: metadata as never, message });
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(key, partition);
  }
  return partition;
}

interface Topics {
  readonly metadata: readonly { readonly partitionId: number; readonly leader: number }[];
  readonly remembered: Map<string, number>;
}

const known = new Map<number, Topics>();

function topicsOf(partitions: number): Topics {
  let topics = known.get(partitions);
  if (topics === undefined) {
    const metadata = Array.from({ length: partitions }, (_, partitionId) => {
      return { partitionId, leader: 0 };
    });
    topics = { metadata, remembered: new Map() };
    known.set(partitions, topics);
  }
  return topics;
}
