import type { Writer } from '../log/ports.ts';
import type { Producer } from './client.ts';
import { gatherFor, lingerFor } from './gather.ts';
import { bytesOf, Lane, type LaneRecord, placeOf, type Unit } from './lane.ts';
import { partitionOf } from './partition-of.ts';

/** Messages to one partition are cut into units of about so many bytes, which may share a batch. */
const UNIT_BYTES = 250_000;

/**
 * Writes with acks=all to topics that all have the same number of partitions. Two lanes, one for logs
 * and one for messages: each has one request under way at a time, because a plain producer's retries
 * would reorder, and shares it between the shards of the process.
 */
export function createWriter(producer: Producer, partitions: number): Writer {
  const produce = (units: readonly Unit[]) => produceAll(producer, units);
  const linger = () => lingerFor(gatherFor());
  const logs = new Lane(produce, linger);
  const messages = new Lane(produce, linger);
  return {
    append: (topic, partition, records) => logs.add({ topic, partition, records }),

    async send(all) {
      const placed = all.map(({ topic, record }) => {
        return { topic, partition: partitionOf(record.key, partitions), record };
      });
      // All are waited for: a caller that sends again must not overtake what is still under way.
      const results = await Promise.allSettled(
        [...Map.groupBy(placed, placeOf).values()].map(async (some) => {
          const { topic, partition } = some[0] as (typeof some)[number];
          // A unit waits for the one before: whoever gets a later message first drops the earlier one,
          // because its origin is no longer higher.
          for (const records of cut(some.map((one) => one.record))) {
            await messages.add({ topic, partition, records });
          }
        }),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

function cut(records: readonly LaneRecord[]): LaneRecord[][] {
  const units: LaneRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    bytes += bytesOf([record]);
    if (bytes > UNIT_BYTES) {
      units.push([]);
      bytes = bytesOf([record]);
    }
    units.at(-1)?.push(record);
  }
  return units;
}

async function produceAll(producer: Producer, units: readonly Unit[]) {
  const byTopic = Map.groupBy(units, ({ topic }) => topic);
  const topicMessages = [...byTopic].map(([topic, some]) => ({
    topic,
    messages: some.flatMap(({ partition, records }) =>
      records.map(({ key, value, headers, timestamp }) => {
        const at = timestamp === undefined ? {} : { timestamp: String(timestamp) };
        return { key, value, headers, partition, ...at };
      }),
    ),
  }));
  const written = await producer.sendBatch({ acks: -1, topicMessages });
  // kafkajs may resolve although a partition was never written, when its leader moved to a broker
  // that had already answered.
  const wanted = new Set(units.map(placeOf));
  const offsets = new Map<string, number>();
  for (const { topicName, partition, baseOffset } of written) {
    const place = placeOf({ topic: topicName, partition });
    if (baseOffset === undefined) continue;
    wanted.delete(place);
    offsets.set(place, Number(baseOffset));
  }
  if (wanted.size > 0) throw new Error(`not written: ${[...wanted].join(', ')}`);
  return offsets;
}
