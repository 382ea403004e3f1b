import { Partitioners } from 'kafkajs';

const partitioner = Partitioners.DefaultPartitioner();

/** The partition of a key, as every client that hashes like Java's (murmur2) computes it. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = metadata(partitions);
  return partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
}

const known = new Map<number, { partitionId: number; leader: number }[]>();

function metadata(partitions: number): never {
  let all = known.get(partitions);
  if (all === undefined) {
    all = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 0 }));
    known.set(partitions, all);
  }
  return all as never;
}
