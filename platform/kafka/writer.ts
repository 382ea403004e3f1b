import type { NewRecord, Writer } from '../log/ports.ts';
import { type Batch, placeOf } from './batch.ts';
import { bytesOf, Lane } from './lane.ts';
import { partitionOf } from './partition-of.ts';
import type { Producer } from './producer.ts';

/** Messages to one partition are cut into units of about so many bytes, which may share a batch. */
const UNIT_BYTES = 250_000;

/**
 * Writes with acks=all to topics that all have the same number of partitions. Two lanes, one for logs
 * and one for messages: each has one request under way at a time, because retries would
 * reorder, and shares it between the shards of the process.
 */
export function createWriter(producer: Producer, partitions: number): Writer {
  const produce = (units: readonly Batch[]) => producer.produce(joined(units));
  const logs = new Lane(produce);
  const messages = new Lane(produce);
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

function cut(records: readonly NewRecord[]): NewRecord[][] {
  const units: NewRecord[][] = [];
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

/** One batch for each partition: the units one behind the other. */
function joined(units: readonly Batch[]): Batch[] {
  return [...Map.groupBy(units, placeOf).values()].map((some) => {
    const [first] = some as [Batch];
    return some.length === 1 ? first : { ...first, records: some.flatMap((one) => one.records) };
  });
}
