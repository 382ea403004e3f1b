import type { Group, GroupEvents } from '../../log/runner.ts';
import type { Chance } from './chance.ts';
import { SimulatedConsumer } from './consumer.ts';
import type { Instance } from './instance.ts';
import type { SimulatedKafka } from './kafka.ts';
import type { Scheduler } from './scheduler.ts';

/** A silent member is given up after this time, in milliseconds. */
export const SESSION_TIMEOUT = 300;

interface World {
  readonly kafka: SimulatedKafka;
  readonly scheduler: Scheduler;
  readonly chance: (name: string) => Chance;
}

/**
 * A consumer group: gives partition p of all topics to one member, in generations. Members learn of a
 * generation at different times, so that two may believe that they own the same partition.
 */
export class SimulatedGroup {
  readonly #world: World;
  readonly #consumers = new Map<Instance, SimulatedConsumer>();
  readonly #has = new Map<SimulatedConsumer, readonly number[]>();
  #members: SimulatedConsumer[] = [];
  #generation = 0;
  #turn = 0;
  /** Milliseconds by which members that lose something learn of the next generation late. */
  lag = 0;

  constructor(world: World) {
    this.#world = world;
    world.kafka.written.push((topic, partition) => {
      for (const member of this.#members) {
        if (member.topics.includes(topic)) member.fetch(topic, partition);
      }
    });
  }

  consumer(instance: Instance): SimulatedConsumer | undefined {
    return this.#consumers.get(instance);
  }

  /** Joins; the same function that the kernel is given for real Kafka. */
  async join(instance: Instance, topics: readonly string[], events: GroupEvents): Promise<Group> {
    const { kafka, scheduler, chance } = this.#world;
    const parts = { instance, kafka, scheduler, chance: chance(`fetch ${instance.name}`) };
    const consumer = new SimulatedConsumer(parts, topics, events);
    this.#consumers.set(instance, consumer);
    await instance.request('join', () => this.#add(consumer));
    return {
      seek: (topic, partition, offset) => consumer.seek(topic, partition, offset),
      pause: (topic, partition) => consumer.pause(topic, partition),
      resume: (topic, partition) => consumer.resume(topic, partition),
      commit: () => {},
      close: async () => {
        consumer.close();
        this.#consumers.delete(instance);
        this.#remove(consumer);
      },
    };
  }

  /** Looks after the session timeout whether this member is heard of; if not, goes on without it. */
  miss(instance: Instance): void {
    this.#world.scheduler.after(SESSION_TIMEOUT, () => {
      const member = this.consumer(instance);
      if (member !== undefined && instance.state !== 'up') this.#remove(member);
    });
  }

  /** A member that has woken up finds out that it was given up, and joins again. */
  rejoin(instance: Instance): void {
    const member = this.consumer(instance);
    if (member === undefined || this.#members.includes(member)) return;
    this.#world.scheduler.after(instance.travel(), () => {
      const left = this.consumer(instance) !== member || this.#members.includes(member);
      if (instance.state === 'up' && !left) this.#add(member);
    });
  }

  /** Moves every partition on by one member, in a new generation. */
  shuffle(): void {
    this.#turn += 1;
    this.#rebalance();
  }

  #add(member: SimulatedConsumer): void {
    this.#members = this.#members.filter(({ instance }) => instance.state === 'up');
    this.#members.push(member);
    this.#rebalance();
  }

  #remove(member: SimulatedConsumer): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    this.#rebalance();
  }

  #rebalance(): void {
    const { kafka, scheduler } = this.#world;
    this.#generation += 1;
    const generation = this.#generation;
    const numbers = Array.from({ length: kafka.partitions }, (_, p) => p);
    for (const [i, member] of this.#members.entries()) {
      const count = this.#members.length;
      const mine = numbers.filter((p) => (p + this.#turn) % count === i);
      const loses = (this.#has.get(member) ?? []).some((p) => !mine.includes(p));
      const lag = loses ? this.lag : 0;
      this.#has.set(member, mine);
      scheduler.after(member.instance.travel() + lag, () =>
        member.instance.hear(() => member.assigned(mine, generation)),
      );
    }
    this.lag = 0;
  }
}
