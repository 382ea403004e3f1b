import { setImmediate as turn } from 'node:timers/promises';
import type { NewRecord } from '../log/ports.ts';
import { type Batch, placeOf } from './batch.ts';

/**
 * One produce request: per topic and partition one batch. Resolves with the offset of each batch's first
 * record, by place; rejects unless every batch was written.
 */
export type Produce = (batches: readonly Batch[]) => Promise<ReadonlyMap<string, number>>;

interface Waiting extends Batch {
  readonly bytes: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch may have 1 MiB as brokers come; this leaves room for headers and overhead. */
const LARGEST_BATCH = 900_000;
/** What a record takes besides its value: key, headers, framing; rather too much. */
const OVERHEAD = 500;

export const bytesOf = (records: readonly NewRecord[]): number =>
  records.reduce((sum, { value }) => sum + value.length + OVERHEAD, 0);

/**
 * Sends units with one request under way at a time; what arrives meanwhile or in the same turn, from
 * whichever shard, makes up the next. So a request costs nothing at rest and is shared under load, and retries cannot
 * overtake: the order of units for one partition is kept.
 */
export class Lane {
  readonly #produce: Produce;
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(produce: Produce) {
    this.#produce = produce;
  }

  /**
   * Resolves when the unit has been written, with the offset of its first record; after a rejection it
   * may be there nevertheless.
   */
  add(unit: Batch): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...unit, bytes: bytesOf(unit.records), resolve, reject });
      if (!this.#sending) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      // Shards that were handed records together come with their units in the same turn.
      await turn();
      const units = this.#take();
      try {
        answer(units, await this.#produce(units));
      } catch (error) {
        if (units.length > 1 && isAboutOne(error)) await this.#oneByOne(units);
        else for (const { reject } of units) reject(error);
      }
    }
    this.#sending = false;
  }

  /** As much as fits into one batch per partition, and never a later unit before an earlier one. */
  #take(): Waiting[] {
    const filled = new Map<string, number>();
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    for (const unit of this.#waiting) {
      const key = placeOf(unit);
      const bytes = (filled.get(key) ?? 0) + unit.bytes;
      const fits = !filled.has(key) || bytes <= LARGEST_BATCH;
      filled.set(key, fits ? bytes : Number.POSITIVE_INFINITY);
      (fits ? taken : left).push(unit);
    }
    this.#waiting = left;
    return taken;
  }

  /** One of them is refused for what it is: the others must not suffer for it. */
  async #oneByOne(units: readonly Waiting[]): Promise<void> {
    for (const unit of units) {
      try {
        answer([unit], await this.#produce([unit]));
      } catch (error) {
        unit.reject(error);
      }
    }
  }
}

/** In a batch the units stand one behind the other. */
function answer(units: readonly Waiting[], batches: ReadonlyMap<string, number>): void {
  const next = new Map(batches);
  for (const unit of units) {
    const offset = next.get(placeOf(unit)) ?? Number.NaN;
    next.set(placeOf(unit), offset + unit.records.length);
    unit.resolve(offset);
  }
}

/** Whether Kafka has refused a batch, and is not merely away. */
function isAboutOne(error: unknown): boolean {
  const { name, retriable } = error as { name?: string; retriable?: boolean };
  return name === 'KafkaJSProtocolError' && retriable === false;
}
