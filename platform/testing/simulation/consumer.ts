import { Positions } from '../../kafka/positions.ts';
import type { GroupEvents } from '../../log/runner.ts';
import type { Chance } from './chance.ts';
import type { Instance } from './instance.ts';
import type { SimulatedKafka } from './kafka.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One member's consumer. It fetches each partition on its own and hands over whatever was fetched, however late, and
 * some of it twice: what of it reaches the kernel is decided by the same `Positions` as in production.
 */
export class SimulatedConsumer {
  readonly instance: Instance;
  readonly topics: readonly string[];
  readonly #kafka: SimulatedKafka;
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #events: GroupEvents;
  readonly #positions = new Positions();
  readonly #underWay = new Set<string>();
  #generation = -1;
  #closed = false;
  /** The next so many batches come twice. */
  twice = 0;
  /** The next batch comes so many milliseconds later. */
  delay = 0;

  constructor(
    parts: {
      readonly instance: Instance;
      readonly kafka: SimulatedKafka;
      readonly scheduler: Scheduler;
      readonly chance: Chance;
    },
    topics: readonly string[],
    events: GroupEvents,
  ) {
    this.instance = parts.instance;
    this.topics = topics;
    this.#kafka = parts.kafka;
    this.#scheduler = parts.scheduler;
    this.#chance = parts.chance;
    this.#events = events;
  }

  seek(topic: string, partition: number, offset: number): void {
    if (this.#closed) return;
    this.#positions.seek(topic, partition, offset);
    this.fetch(topic, partition);
  }

  pause(topic: string, partition: number): void {
    this.#positions.pause(topic, partition);
  }

  resume(topic: string, partition: number): void {
    this.#positions.resume(topic, partition);
    this.fetch(topic, partition);
  }

  close(): void {
    this.#closed = true;
  }

  /** The member learns what it has from now on. News of an older generation is no news. */
  assigned(partitions: readonly number[], generation: number): void {
    if (this.#closed || generation <= this.#generation) return;
    this.#generation = generation;
    this.#positions.keep(partitions);
    this.#events.assigned(partitions, generation);
  }

  /** Fetches unless that is under way, if there is something to fetch. */
  fetch(topic: string, partition: number): void {
    const key = `${topic}/${partition}`;
    const place = this.#positions
      .wanted()
      .find((one) => one.topic === topic && one.partition === partition);
    const log = this.#kafka.records(topic, partition);
    if (this.#closed || this.#underWay.has(key) || place === undefined) return;
    if (place.offset >= log.length) return;
    this.#underWay.add(key);
    const records = log.slice(place.offset, place.offset + this.#chance.between(1, 8));
    const delay = this.delay;
    this.delay = 0;
    const hand = () =>
      this.instance.hear(() => {
        const accepted = this.#positions.accept(place, place.offset + records.length);
        if (accepted && !this.#closed) this.#events.records(topic, partition, records);
        this.fetch(topic, partition);
      });
    this.#scheduler.after(this.instance.travel() + delay, () => {
      this.#underWay.delete(key);
      hand();
    });
    if (this.twice > 0) {
      this.twice -= 1;
      this.#scheduler.after(this.instance.travel() + delay + 30, hand);
    }
  }
}
