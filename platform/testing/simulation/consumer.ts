import { Positions } from '../../kafka/positions.ts';
import type { GroupEvents } from '../../log/runner.ts';
import type { Chance } from './chance.ts';
import type { Instance } from './instance.ts';
import type { SimulatedKafka } from './kafka.ts';
import type { Scheduler } from './scheduler.ts';

interface Fetching {
  readonly topic: string;
  readonly partition: number;
  /** Where the next fetch begins. */
  from: number;
  paused: boolean;
  underWay: boolean;
}

/**
 * One member's consumer. It misbehaves as kafkajs does: it goes back to committed offsets after every
 * rejoin and hands over what was fetched before a seek. What of it reaches the kernel is decided by
 * the same `Positions` as in production.
 */
export class SimulatedConsumer {
  readonly instance: Instance;
  readonly topics: readonly string[];
  readonly #kafka: SimulatedKafka;
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #events: GroupEvents;
  readonly #positions: Positions;
  readonly #fetching = new Map<string, Fetching>();
  readonly #committed: (topic: string, partition: number) => number;
  #owned: readonly number[] = [];
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
    committed: (topic: string, partition: number) => number,
  ) {
    this.instance = parts.instance;
    this.topics = topics;
    this.#kafka = parts.kafka;
    this.#scheduler = parts.scheduler;
    this.#chance = parts.chance;
    this.#events = events;
    this.#committed = committed;
    const steered = {
      seek: ({
        topic,
        partition,
        offset,
      }: {
        topic: string;
        partition: number;
        offset: string;
      }) => {
        const at = this.#at(topic, partition);
        at.from = Number(offset);
        this.fetch(topic, partition);
      },
      pause: (list: readonly { topic: string; partitions?: number[] }[]) =>
        this.#each(list, (at) => {
          at.paused = true;
        }),
      resume: (list: readonly { topic: string; partitions?: number[] }[]) =>
        this.#each(list, (at) => {
          at.paused = false;
          this.fetch(at.topic, at.partition);
        }),
    };
    this.steered = steered;
    this.#positions = new Positions(
      steered as unknown as ConstructorParameters<typeof Positions>[0],
    );
  }

  readonly steered: {
    pause(list: readonly { topic: string; partitions?: number[] }[]): void;
    resume(list: readonly { topic: string; partitions?: number[] }[]): void;
  };

  seek(topic: string, partition: number, offset: number): void {
    if (!this.#closed) this.#positions.seek(topic, partition, offset);
  }

  close(): void {
    this.#closed = true;
  }

  /** The member learns what it has from now on. News of an older generation is no news. */
  assigned(partitions: readonly number[], generation: number): void {
    if (this.#closed || generation <= this.#generation) return;
    this.#generation = generation;
    this.#owned = partitions;
    for (const topic of this.topics) {
      for (const partition of partitions) {
        const at = this.#at(topic, partition);
        at.from = this.#committed(topic, partition);
        at.paused = false;
      }
    }
    this.#positions.reassigned(this.topics, partitions);
    this.#events.assigned(partitions, generation);
  }

  /** Fetches unless that is under way, if there is something to fetch. */
  fetch(topic: string, partition: number): void {
    const at = this.#at(topic, partition);
    const log = this.#kafka.records(topic, partition);
    const idle = at.paused || at.underWay || at.from >= log.length;
    if (this.#closed || idle || !this.#owned.includes(partition)) return;
    at.underWay = true;
    const { from } = at;
    const records = log.slice(from, from + this.#chance.between(1, 8));
    const delay = this.delay;
    this.delay = 0;
    const hand = () => this.instance.hear(() => this.#take(at, from, records));
    this.#scheduler.after(this.instance.travel() + delay, () => {
      at.underWay = false;
      hand();
    });
    if (this.twice > 0) {
      this.twice -= 1;
      this.#scheduler.after(this.instance.travel() + delay + 30, hand);
    }
  }

  #take(at: Fetching, from: number, records: ReturnType<SimulatedKafka['records']>): void {
    const { topic, partition } = at;
    const next = from + records.length;
    if (!this.#closed && this.#owned.includes(partition)) {
      if (this.#positions.accept(topic, partition, from, next)) {
        if (at.from === from) at.from = next;
        this.#events.records(topic, partition, records);
      }
    }
    this.fetch(topic, partition);
  }

  #each(
    list: readonly { readonly topic: string; readonly partitions?: number[] }[],
    run: (at: Fetching) => void,
  ): void {
    for (const { topic, partitions = [] } of list) {
      for (const partition of partitions) run(this.#at(topic, partition));
    }
  }

  #at(topic: string, partition: number): Fetching {
    const key = `${topic}/${partition}`;
    let at = this.#fetching.get(key);
    if (at === undefined) {
      at = { topic, partition, from: 0, paused: false, underWay: false };
      this.#fetching.set(key, at);
    }
    return at;
  }
}
