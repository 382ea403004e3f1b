import { partitionOf } from '../../kafka/partition-of.ts';
import type { LogRecord, NewRecord, Writer } from '../../log/ports.ts';
import type { Instance } from './instance.ts';

/** Kafka's topics as the kernel sees them, in memory: partitions of records, appended in batches. */
export class SimulatedKafka {
  readonly partitions: number;
  readonly #topics = new Map<string, LogRecord[][]>();
  readonly #now: () => number;
  away = false;
  /** Told of every batch that was written. */
  readonly written: ((topic: string, partition: number, records: readonly LogRecord[]) => void)[] =
    [];

  constructor(partitions: number, now: () => number) {
    this.partitions = partitions;
    this.#now = now;
  }

  records(topic: string, partition: number): readonly LogRecord[] {
    return this.#records(topic, partition);
  }

  /** All records of a topic, partition after partition. */
  all(topic: string): LogRecord[] {
    return Array.from({ length: this.partitions }, (_, p) => this.#records(topic, p)).flat();
  }

  /** Returns the offset of the first record. */
  write(topic: string, partition: number, records: readonly NewRecord[]): number {
    const log = this.#records(topic, partition);
    const now = this.#now();
    const first = log.length;
    const batch = records.map((record, i) => ({
      timestamp: now,
      ...record,
      topic,
      partition,
      offset: first + i,
    }));
    log.push(...batch);
    for (const tell of this.written) tell(topic, partition, batch);
    return first;
  }

  /** Written by somebody who is no part of the simulation, such as a facade. */
  put(topic: string, record: NewRecord): void {
    this.write(topic, partitionOf(record.key, this.partitions), [record]);
  }

  writer(instance: Instance): Writer {
    const answers = () => {
      if (this.away) throw new Error('simulated: Kafka is away');
    };
    return {
      append: (topic, partition, records) =>
        instance.request('append', () => {
          answers();
          return this.write(topic, partition, records);
        }),
      send: (messages) => {
        const targets = new Map<string, [string, number, NewRecord[]]>();
        for (const { topic, record } of messages) {
          const partition = partitionOf(record.key, this.partitions);
          const target = targets.get(`${topic}/${partition}`) ?? [topic, partition, []];
          target[2].push(record);
          targets.set(`${topic}/${partition}`, target);
        }
        return instance.request('send', (partly) => {
          answers();
          for (const target of targets.values()) {
            this.write(...target);
            if (partly) return;
          }
        });
      },
    };
  }

  #records(topic: string, partition: number): LogRecord[] {
    let all = this.#topics.get(topic);
    if (all === undefined) {
      all = Array.from({ length: this.partitions }, () => []);
      this.#topics.set(topic, all);
    }
    return all[partition] as LogRecord[];
  }
}
