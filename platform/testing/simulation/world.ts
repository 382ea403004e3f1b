import { LogFollower } from '../../log/follower.ts';
import type { Observation } from '../../log/observer.ts';
import type { Source } from '../../log/ports.ts';
import { type Runner, runAggregate } from '../../log/runner.ts';
import type { Aggregate } from '../../messaging/aggregate.ts';
import type { Message } from '../../messaging/message.ts';
import { counterAggregate, notebookAggregate, tallyAggregate } from '../counter.ts';
import { Chance } from './chance.ts';
import { simulatedCodec } from './codec.ts';
import { SimulatedGroup } from './group.ts';
import { Instance, type Latency, type Note } from './instance.ts';
import { SimulatedKafka } from './kafka.ts';
import { SimulatedRedis } from './redis.ts';
import { Scheduler } from './scheduler.ts';

export const topics = {
  counterInbox: 'counter.commands',
  counterLog: 'counter.events',
  notebookInbox: 'notebook.commands',
  notebookLog: 'notebook.events',
  tallyInbox: 'tally.commands',
  tallyLog: 'tally.events',
} as const;

export const aggregates = {
  counter: counterAggregate('counter', topics),
  notebook: notebookAggregate('notebook', topics),
  tally: tallyAggregate('tally', topics),
} as const;

/** What runs in an instance: a kind of aggregate, or a follower of the counter's log. */
export type Kind = keyof typeof aggregates | 'reader';
export const kinds: readonly Kind[] = ['counter', 'notebook', 'tally', 'reader'];

export interface WorldOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly latency: Latency;
  /** Takes down what happens, and when (virtual milliseconds). */
  readonly note?: (who: string, what: string, at: number) => void;
}

/** What an instance is made of besides itself: its place, as in `counter-1`, and how it is stopped. */
export interface Running {
  readonly kind: Kind;
  readonly place: string;
  readonly instance: Instance;
  runner?: Runner;
  /** Resolves once it takes part. */
  begun: Promise<void>;
  stop: () => Promise<void>;
}

/** The kernel's own code on a simulated Kafka, Redis and clock. */
export class World {
  readonly scheduler = new Scheduler();
  readonly kafka: SimulatedKafka;
  readonly redis: SimulatedRedis;
  readonly groups: Readonly<Record<Kind, SimulatedGroup>>;
  readonly seen: { readonly who: string; readonly observation: Observation }[] = [];
  /** What readers have handled, per log partition: coordinates in order, repetitions included. */
  readonly handled: { readonly partition: number; readonly offset: number }[] = [];
  readonly running: Running[] = [];
  readonly note: Note;
  readonly #options: WorldOptions;
  #started = 0;
  #tokens = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { scheduler } = this;
    this.note = (who, what) => options.note?.(who, what, scheduler.now);
    this.kafka = new SimulatedKafka(options.partitions, () => scheduler.now);
    this.redis = new SimulatedRedis(() => scheduler.now);
    const parts = { kafka: this.kafka, scheduler, chance: (name: string) => this.#chance(name) };
    const group = () => new SimulatedGroup(parts);
    this.groups = { counter: group(), notebook: group(), tally: group(), reader: group() };
  }

  /** The instance that runs in this place, unless it has crashed. */
  at(place: string): Running | undefined {
    return this.running.find((one) => one.place === place);
  }

  /** Starts an instance of this kind; places are told apart by number. */
  start(kind: Kind, place = `${kind}-1`): Running {
    this.#started += 1;
    const name = `${place}#${this.#started}`;
    const chance = this.#chance(name);
    const { latency } = this.#options;
    const instance = new Instance(name, this.scheduler, chance, latency, this.note);
    const running: Running = {
      kind,
      place,
      instance,
      begun: Promise.resolve(),
      stop: async () => {},
    };
    instance.crashed = () => {
      this.#leave(running);
      this.groups[kind].miss(instance);
    };
    this.running.push(running);
    this.note(name, 'starts');
    running.begun = this.#begin(running);
    return running;
  }

  pause(running: Running): void {
    running.instance.pause();
    this.groups[running.kind].miss(running.instance);
  }

  wake(running: Running): void {
    running.instance.wake();
    this.groups[running.kind].rejoin(running.instance);
  }

  /** Stops it in order, as for an update. */
  stop(running: Running): void {
    this.note(running.instance.name, 'is told to stop');
    this.#leave(running);
    running.begun
      .then(() => running.stop())
      .then(() => this.note(running.instance.name, 'has stopped'));
  }

  #leave(running: Running): void {
    const i = this.running.indexOf(running);
    if (i >= 0) this.running.splice(i, 1);
  }

  async #begin(running: Running): Promise<void> {
    if (running.kind === 'reader') return this.#follow(running);
    const { kind, instance } = running;
    const aggregate = aggregates[kind] as unknown as Aggregate<
      object,
      Message,
      Message,
      number,
      number
    >;
    running.runner = await runAggregate(aggregate, {
      instance: instance.name,
      codec: simulatedCodec(instance),
      clock: instance.clock,
      writer: this.kafka.writer(instance),
      answer: (questions) => instance.request('redis', () => questions.map((n) => n * 10)),
      join: (_, names, events) => this.groups[kind].join(instance, names, events),
      store: (name, partition) => this.redis.store(instance, name, partition),
      observe: (_, partition) => (observation) => this.#observe(instance, partition, observation),
      token: () => `${(this.#tokens += 1)}`,
    });
    running.stop = async () => running.runner?.stop(100);
  }

  /** A follower of the counter's log, one per partition while it is ours, as services do it. */
  async #follow(running: Running): Promise<void> {
    const { instance } = running;
    const followers = new Map<number, LogFollower>();
    const events = {
      assigned: (partitions: readonly number[]) => {
        for (const [partition, follower] of followers) {
          if (!partitions.includes(partition)) follower.revoke();
        }
        for (const partition of partitions) {
          const follower = followers.get(partition) ?? follow(partition);
          followers.set(partition, follower);
          follower.assign().catch((error) => this.note(instance.name, `${error}`));
        }
      },
      records: (_: string, partition: number, records: Parameters<LogFollower['receive']>[0]) =>
        followers.get(partition)?.receive(records),
    };
    let source: Source | undefined;
    let early: readonly number[] = [];
    const joined = await this.groups.reader.join(instance, [topics.counterLog], {
      ...events,
      assigned: (partitions) => {
        if (source === undefined) early = partitions;
        else events.assigned(partitions);
      },
    });
    source = joined;
    running.stop = () => joined.close();
    const follow = (partition: number) =>
      new LogFollower(topics.counterLog, partition, joined, {
        codec: simulatedCodec(instance),
        clock: instance.clock,
        positions: this.redis.positions(instance, 'reader'),
        observe: (observation) => this.#observe(instance, partition, observation),
        wants: () => true,
        catchUp: Number.POSITIVE_INFINITY,
        handle: (list) =>
          instance.request('handle', () => {
            for (const { metadata } of list) this.handled.push(metadata.coordinate);
          }),
      });
    events.assigned(early);
  }

  #observe(instance: Instance, partition: number, observation: Observation): void {
    if (instance.state === 'crashed') return;
    this.seen.push({ who: instance.name, observation });
    if (this.#options.note) this.note(`${instance.name}/${partition}`, inShort(observation));
  }

  #chance(name: string): Chance {
    return new Chance(this.#options.seed, name);
  }
}

function inShort(observation: Observation): string {
  const { type, ...rest } = observation;
  const details = Object.entries(rest).map(([name, value]) => {
    if (value instanceof Error) return `${name}: ${value.message}`;
    if (typeof value !== 'object') return `${name} ${value}`;
    const { topic, partition, offset } = value as Record<string, unknown>;
    return `${name} ${topic}/${partition}/${offset}`;
  });
  return [type, ...details].join(', ');
}
