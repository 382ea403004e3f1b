import { partitionOf } from '../kafka/partition-of.ts';
import type { LogRecord, NewRecord, Writer } from '../log/ports.ts';
import type { Group, GroupEvents } from '../log/runner.ts';

interface Member {
  readonly topics: readonly string[];
  readonly events: GroupEvents;
  readonly positions: Map<string, number>;
  readonly paused: Set<string>;
  partitions: readonly number[];
  /** A paused process: it hears of nothing and receives nothing until it wakes. */
  asleep: boolean;
}

/** What becomes of an append: written and acknowledged, written unacknowledged, or neither. */
export type Fate = 'written' | 'unacknowledged' | 'lost';

/**
 * Kafka as the kernel sees it, in memory: topics, groups, deliveries in order. Faults are asked of
 * `fate`. Deliveries happen in later microtasks, as from a network.
 */
export class SimulatedKafka {
  readonly partitions: number;
  readonly #topics = new Map<string, LogRecord[][]>();
  readonly #groups = new Map<string, { generation: number; members: Member[] }>();
  readonly #now: () => number;
  fate: (topic: string, partition: number) => Fate = () => 'written';

  constructor(partitions: number, now: () => number = Date.now) {
    this.partitions = partitions;
    this.#now = now;
  }

  records(topic: string, partition: number): LogRecord[] {
    let all = this.#topics.get(topic);
    if (all === undefined) {
      all = Array.from({ length: this.partitions }, () => []);
      this.#topics.set(topic, all);
    }
    return all[partition] as LogRecord[];
  }

  /** All records of a topic, partition after partition. */
  all(topic: string): LogRecord[] {
    return Array.from({ length: this.partitions }, (_, p) => this.records(topic, p)).flat();
  }

  write(topic: string, partition: number, records: readonly NewRecord[]): void {
    const log = this.records(topic, partition);
    for (const record of records) {
      const offset = log.length;
      log.push({ ...record, topic, partition, offset, timestamp: this.#now() });
    }
    for (const { members } of this.#groups.values()) {
      for (const member of members) this.#deliver(member, topic, partition);
    }
  }

  /** A writer that belongs to one process; `append` and `send` take a turn of the event loop. */
  writer(): Writer {
    const { partitions } = this;
    const attempt = async (topic: string, partition: number, records: readonly NewRecord[]) => {
      await Promise.resolve();
      const fate = this.fate(topic, partition);
      const first = this.records(topic, partition).length;
      if (fate !== 'lost') this.write(topic, partition, records);
      if (fate !== 'written') throw new Error(`simulated: ${fate}`);
      return first;
    };
    return {
      append: attempt,
      async send(messages) {
        const groups = new Map<
          string,
          { topic: string; partition: number; records: NewRecord[] }
        >();
        for (const { topic, record } of messages) {
          const partition = partitionOf(record.key, partitions);
          const key = `${topic}/${partition}`;
          const group = groups.get(key) ?? { topic, partition, records: [] };
          group.records.push(record);
          groups.set(key, group);
        }
        for (const { topic, partition, records } of groups.values()) {
          await attempt(topic, partition, records);
        }
      },
    };
  }

  /** Joins a group; the same function that the kernel is given for real Kafka. */
  async join(groupId: string, topics: readonly string[], events: GroupEvents): Promise<Group> {
    const member: Member = {
      topics,
      events,
      positions: new Map(),
      paused: new Set(),
      partitions: [],
      asleep: false,
    };
    const group = this.#groups.get(groupId) ?? { generation: 0, members: [] };
    this.#groups.set(groupId, group);
    group.members.push(member);
    this.rebalance(groupId);
    const key = (topic: string, partition: number) => `${topic}/${partition}`;
    return {
      seek: (topic, partition, offset) => {
        member.positions.set(key(topic, partition), offset);
        member.paused.delete(key(topic, partition));
        this.#deliver(member, topic, partition);
      },
      pause: (topic, partition) => void member.paused.add(key(topic, partition)),
      resume: (topic, partition) => {
        member.paused.delete(key(topic, partition));
        this.#deliver(member, topic, partition);
      },
      commit: () => {},
      close: async () => {
        group.members = group.members.filter((other) => other !== member);
        this.rebalance(groupId);
      },
    };
  }

  /** Spreads the partitions over the members that are awake, in a new generation. */
  rebalance(groupId: string): void {
    const group = this.#groups.get(groupId);
    if (group === undefined) return;
    group.generation += 1;
    const awake = group.members.filter(({ asleep }) => !asleep);
    for (const [i, member] of awake.entries()) {
      const numbers = Array.from({ length: this.partitions }, (_, p) => p);
      member.partitions = numbers.filter((p) => p % awake.length === i);
      member.events.assigned(member.partitions, group.generation);
    }
  }

  /** The member that joined as number `index` is frozen past its session timeout, or wakes up again. */
  freeze(groupId: string, index: number, asleep: boolean): void {
    const member = this.#groups.get(groupId)?.members[index];
    if (member === undefined) return;
    member.asleep = asleep;
    this.rebalance(groupId);
    for (const topic of member.topics) {
      for (const partition of member.partitions) this.#deliver(member, topic, partition);
    }
  }

  #deliver(member: Member, topic: string, partition: number): void {
    queueMicrotask(() => {
      const key = `${topic}/${partition}`;
      const from = member.positions.get(key);
      const idle =
        member.asleep || member.paused.has(key) || !member.partitions.includes(partition);
      if (from === undefined || idle || !member.topics.includes(topic)) return;
      const records = this.records(topic, partition).slice(from, from + 100);
      if (records.length === 0) return;
      member.positions.set(key, from + records.length);
      member.events.records(topic, partition, records);
      this.#deliver(member, topic, partition);
    });
  }
}
