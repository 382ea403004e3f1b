import { HEAD } from './connection.ts';
import type { PartitionOffset } from './topic-reader.ts';

export const FETCH = { api: 1, version: 11 } as const;

const CONSUMER = -1;
const LARGEST_ANSWER = 10_485_760;
const READ_UNCOMMITTED = 0;
const NO_SESSION = -1;
const UNKNOWN = -1;

export interface FetchOptions {
  /** How long the broker may wait for something to come, in milliseconds. */
  readonly waitMs: number;
  /** How much of each partition is wanted at most, in bytes; one batch comes in any case. */
  readonly partitionBytes: number;
}

/** Encodes a fetch request (version 11, without a session), leaving room for its head. */
export function encodeFetch(
  from: readonly PartitionOffset[],
  { waitMs, partitionBytes }: FetchOptions,
): Buffer {
  const byTopic = Map.groupBy(from, ({ topic }) => topic);
  let size = HEAD + 35;
  for (const [topic, some] of byTopic) size += 6 + Buffer.byteLength(topic) + 28 * some.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = HEAD;
  const int32 = (value: number) => {
    at = bytes.writeInt32BE(value, at);
  };
  int32(CONSUMER);
  int32(waitMs);
  int32(1); // byte at least
  int32(LARGEST_ANSWER);
  at = bytes.writeInt8(READ_UNCOMMITTED, at);
  int32(0);
  int32(NO_SESSION);
  int32(byTopic.size);
  for (const [topic, some] of byTopic) {
    at = bytes.writeInt16BE(Buffer.byteLength(topic), at);
    at += bytes.write(topic, at);
    int32(some.length);
    for (const { partition, offset } of some) {
      int32(partition);
      int32(UNKNOWN); // the leader's epoch
      int32(Math.floor(offset / 2 ** 32));
      at = bytes.writeUInt32BE(offset % 2 ** 32, at);
      int32(UNKNOWN); // where the log begins: for followers
      int32(UNKNOWN);
      int32(partitionBytes);
    }
  }
  int32(0); // partitions that the session may forget
  at = bytes.writeInt16BE(0, at); // the rack
  return bytes.subarray(0, at);
}
