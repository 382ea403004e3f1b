import { partitionOf } from '../../../platform/kafka/partition-of.ts';
import { scan } from '../../../platform/kafka/scan.ts';
import type { PartitionRange } from '../../../platform/kafka/topic-reader.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import type { Connection } from './connect.ts';
import { Epochs } from './epochs.ts';
import type { Shown } from './show.ts';
import { catalogued } from './topic-facts.ts';

/** A stretch of time in milliseconds since 1970, without its end; no `to`: up to now. */
export interface Window {
  readonly from: number;
  readonly to?: number | undefined;
}

/** Reads what keys have in their partitions of some topics, within a window of time, and knows zombies. */
export class Sweep {
  readonly #connection: Connection;
  readonly #epochs = new Map<string, Epochs>();
  /** How many records had to be looked at. */
  looked = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** In order within each partition. Stops early once `isLast` is true of a record with one of the keys. */
  async read(
    topics: readonly string[],
    keys: readonly string[],
    window: Window,
    isLast: (record: LogRecord) => boolean = () => false,
  ): Promise<readonly Shown[]> {
    const wanted = new Set(keys);
    const found: LogRecord[] = [];
    const ranges = wanted.size > 0 ? await this.#ranges(topics, keys, window) : [];
    reading: for await (const { topic, partition, records } of scan(
      this.#connection.reader,
      ranges,
    )) {
      const epochs = catalogued(topic)?.kind === 'log' ? this.#at(topic, partition) : undefined;
      this.looked += records.length;
      for (const record of records) {
        epochs?.see(record);
        if (!wanted.has(record.key)) continue;
        found.push(record);
        if (isLast(record)) break reading;
      }
    }
    return this.#connection.show.all(found);
  }

  /** Of an event that was read: whether it was written by an owner that had been deposed. */
  isZombie(event: Shown): boolean {
    return this.#epochs.get(`${event.topic}/${event.partition}`)?.isZombie(event) ?? false;
  }

  async #ranges(
    topics: readonly string[],
    keys: readonly string[],
    { from, to }: Window,
  ): Promise<readonly PartitionRange[]> {
    const { reader } = this.#connection;
    const [starts, ends] = await Promise.all([
      reader.offsetsAt(topics, Math.max(0, from)),
      to === undefined
        ? reader.ranges(topics).then((all) => all.map((range) => ({ ...range, offset: range.end })))
        : reader.offsetsAt(topics, to),
    ]);
    return starts
      .map(({ topic, partition, offset: start }, i) => ({
        topic,
        partition,
        start,
        end: ends[i]?.offset ?? start,
      }))
      .filter(({ topic, partition }) => {
        const partitions = starts.filter((start) => start.topic === topic).length;
        return keys.some((key) => partitionOf(key, partitions) === partition);
      });
  }

  #at(topic: string, partition: number): Epochs {
    const key = `${topic}/${partition}`;
    const known = this.#epochs.get(key) ?? new Epochs();
    this.#epochs.set(key, known);
    return known;
  }
}
