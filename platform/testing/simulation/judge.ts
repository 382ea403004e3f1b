import type { LogRecord } from '../../log/ports.ts';
import { Chronicle, type Fact } from './chronicle.ts';
import { readMessage } from './codec.ts';
import { aggregates, topics, type World } from './world.ts';

type AggregateKind = keyof typeof aggregates;
const aggregateKinds = Object.keys(aggregates) as AggregateKind[];

/**
 * Says what is wrong with a world, if anything, from what can be seen from outside: topics, read
 * models, what was handled. Knows the rules, and none of the kernel's code.
 */
export class Judge {
  readonly #world: World;
  readonly #chronicles = new Map<string, Chronicle>();
  /** What went wrong on the way. */
  wrong: string | undefined;

  constructor(world: World) {
    this.#world = world;
    for (const kind of aggregateKinds) {
      for (let p = 0; p < world.kafka.partitions; p += 1) {
        this.#chronicles.set(
          `${aggregates[kind].log}/${p}`,
          new Chronicle(aggregates[kind].decider),
        );
      }
    }
    world.kafka.written.push((topic, partition, records) => {
      const chronicle = this.#chronicles.get(`${topic}/${partition}`);
      if (chronicle !== undefined) for (const record of records) chronicle.add(record);
    });
    world.redis.applied = (kind, partition) => {
      this.wrong ??= this.#snapshot(kind as AggregateKind, partition);
    };
  }

  /** What is wrong now that everything has come to rest. */
  verdict(): string | undefined {
    if (this.wrong !== undefined) return this.wrong;
    for (const { who, observation } of this.#world.seen) {
      if (observation.type === 'gap') return `${who} misses numbers in a log`;
      if (observation.type === 'failed') return `${who} failed: ${observation.error}`;
      if (observation.type === 'unreadable') return `${who} could not read ${observation.error}`;
    }
    for (let p = 0; p < this.#world.kafka.partitions; p += 1) {
      const wrong = this.#partition(p);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #partition(p: number): string | undefined {
    for (const kind of aggregateKinds) {
      const { gap } = this.#chronicle(kind, p);
      if (gap !== undefined) return `numbers are missing in ${kind}.events/${p} before ${gap}`;
    }
    return (
      this.#owners(p) ??
      this.#commands(p) ??
      this.#sums(p) ??
      this.#notes(p) ??
      this.#tallies(p) ??
      this.#letters(p) ??
      this.#handled(p) ??
      this.#rest(p)
    );
  }

  #owners(p: number): string | undefined {
    for (const kind of aggregateKinds) {
      const owners = this.#world.running.filter(
        ({ kind: its, runner }) =>
          its === kind &&
          runner?.shards().some(({ partition, status }) => partition === p && status === 'owner'),
      );
      if (owners.length !== 1) return `shard ${kind}/${p} has ${owners.length} owners at the end`;
    }
    return undefined;
  }

  /** Every command has its events, once and in order. */
  #commands(p: number): string | undefined {
    const wanted: string[] = [];
    for (const { value, key, offset } of this.#world.kafka.records(topics.counterInbox, p)) {
      const n = numberIn(value);
      if (n === undefined || n === 13 || n < 0) continue;
      for (let i = n === 0.5 ? 2 : 1; i > 0; i -= 1) {
        wanted.push(`${key}+${n} on account of ${topics.counterInbox}/${p}/${offset}`);
      }
    }
    const told = this.#added(p).map(
      ({ record, event }) => `${record.key}+${n(event)} on account of ${record.headers['cause']}`,
    );
    return differ(`the log of counter/${p}`, told, wanted);
  }

  /** Each was decided on what went before it; alarms rang once, and not too early. */
  #sums(p: number): string | undefined {
    const sums = new Map<string, number>();
    const alarms = new Map<string, number>();
    for (const { record, event } of this.#chronicle('counter', p).facts) {
      const { key, offset, timestamp } = record;
      const data = event.data as { n: number; sum: number; deadline: number };
      if (event.type === 'Rang') {
        if (alarms.get(key) !== data.deadline) return `an alarm at ${offset} that nobody set`;
        if (timestamp < data.deadline) return `an alarm at ${offset} before its time`;
        alarms.delete(key);
      } else if (data.n === 0) {
        alarms.set(key, data.sum + 1_000);
      } else {
        const sum = (sums.get(key) ?? 0) + (data.n === 94 ? 0 : data.n);
        if (data.sum !== sum)
          return `counter/${p} at ${offset}: ${data.sum}, where ${sum} is right`;
        sums.set(key, sum);
      }
    }
    if (alarms.size > 0) return `alarms of ${[...alarms.keys()]} never rang`;
    return undefined;
  }

  #notes(p: number): string | undefined {
    const { facts } = this.#chronicle('notebook', p);
    const wanted = this.#added(p)
      .filter(({ event }) => n(event) !== 1.5)
      .map(({ record, event }) => `${record.key}:${n(event)} from ${record.offset}/0`);
    const told = facts.map(({ record, event }) => {
      const [, , offset, index] = (record.headers['origin'] ?? '').split('/');
      return `${record.key}:${n(event)} from ${offset}/${index}`;
    });
    const lists = new Map<string, number[]>();
    for (const { record, event } of facts) {
      const list = lists.get(record.key) ?? [];
      const { list: known } = event.data as { list: number[] };
      if (`${known}` !== `${list}`) return `a note at ${record.offset} was decided on ${known}`;
      lists.set(record.key, [...list, n(event)]);
    }
    return differ(`the log of notebook/${p}`, told, wanted);
  }

  #tallies(p: number): string | undefined {
    const counts = new Map<string, number>();
    const takable = this.#added(p).filter(({ event }) => n(event) !== 2.5);
    const wanted = takable.map(({ record, event }) => {
      const count = counts.get(record.key) ?? 0;
      counts.set(record.key, count + 1);
      const answer = count % 2 === 1 ? (n(event) + 1_000 * count) * 10 : undefined;
      return `${record.key}:${n(event)} answer ${answer} for ${topics.counterLog}/${p}/${record.offset}`;
    });
    const told = this.#chronicle('tally', p).facts.map(({ record, event }) => {
      const cause = (record.headers['cause'] ?? '').split('/').slice(0, 3).join('/');
      const { answer } = event.data as { answer?: number };
      return `${record.key}:${n(event)} answer ${answer} for ${cause}`;
    });
    return differ(`the log of tally/${p}`, told, wanted);
  }

  /** What cannot be decided is set aside, and nothing else; a repetition is set aside once or twice. */
  #letters(p: number): string | undefined {
    const { kafka } = this.#world;
    const bad = (unlucky: number) => (record: LogRecord) =>
      (numberIn(record.value) ?? unlucky) === unlucky;
    const facts = this.#added(p).map(({ record }) => record);
    for (const [inbox, inputs] of [
      [topics.counterInbox, kafka.records(topics.counterInbox, p).filter(bad(13))],
      [topics.notebookInbox, kafka.records(topics.notebookInbox, p).filter(bad(1.5))],
      [topics.tallyInbox, facts.filter(bad(2.5))],
    ] as const) {
      const wanted = inputs.map(({ headers, offset }) => headers['origin'] ?? `${offset}`);
      const told = kafka
        .records(`${inbox}.dlq`, p)
        .map(({ headers }) => headers['origin'] ?? headers['dlq_offset'] ?? '');
      const wrong = differ(`dead letters of ${inbox}/${p}`, distinct(told), distinct(wanted));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** A reader is handed every event at least once, the first time in order. */
  #handled(p: number): string | undefined {
    const handled = this.#world.handled.filter(({ partition }) => partition === p);
    const told = [...new Set(handled.map(({ offset }) => `${offset}`))];
    const wanted = this.#chronicle('counter', p).facts.map(({ record }) => `${record.offset}`);
    return differ(`what readers of counter/${p} handled`, told, wanted);
  }

  /** At rest the read models have all there is. */
  #rest(p: number): string | undefined {
    const { kafka, redis } = this.#world;
    for (const kind of aggregateKinds) {
      const { log, inbox, subscribes } = aggregates[kind];
      const position = redis.position(kind, p);
      const { length } = kafka.records(log, p);
      if (position?.offset !== length)
        return `${kind}/${p} is stored up to ${position?.offset} of ${length}`;
      for (const topic of [inbox, ...Object.keys(subscribes)]) {
        const end = kafka.records(topic, p).length;
        const mark = position.inputs[topic]?.offset ?? 0;
        if (mark !== end) return `${kind}/${p} has taken ${mark} of ${end} from ${topic}`;
      }
      const wrong = this.#snapshot(kind, p);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /**
   * A snapshot is what the log says up to its position: documents, deadlines and sets. One that is shown as
   * complete reaches as far as any that was.
   */
  #snapshot(kind: AggregateKind, p: number): string | undefined {
    const { redis } = this.#world;
    const chronicle = this.#chronicle(kind, p);
    const offset = redis.offset(kind, p) ?? 0;
    const complete = redis.completeUpTo(kind, p);
    if (complete !== undefined && complete > offset) {
      return `${kind}/${p} at ${offset} is shown as complete, and was so at ${complete} before`;
    }
    const documents = redis.documents(kind, p);
    for (const key of chronicle.keys) {
      const fact = chronicle.latest(key, offset);
      const state = fact?.state as { sum?: number; deadline?: number } | undefined;
      const wanted = fact && JSON.stringify({ version: fact.record.offset, state: fact.state });
      const told = documents.get(key);
      if (told !== wanted) {
        return `document ${key} of ${kind}/${p} at ${offset}: ${told}, where ${wanted} is right`;
      }
      if (redis.deadlines(kind, p).get(key) !== state?.deadline) {
        return `deadline of ${key} of ${kind}/${p} at ${offset} is not ${state?.deadline}`;
      }
      const even = state?.sum !== undefined && state.sum % 2 === 0;
      if (redis.set(kind, p, 'even').has(key) !== even) {
        return `set "even" of ${kind}/${p} at ${offset} is wrong about ${key}`;
      }
    }
    return undefined;
  }

  #chronicle(kind: AggregateKind, p: number): Chronicle {
    return this.#chronicles.get(`${aggregates[kind].log}/${p}`) as Chronicle;
  }

  #added(p: number): Fact[] {
    return this.#chronicle('counter', p).facts.filter(({ event }) => event.type === 'Added');
  }
}

const n = ({ data }: { readonly data: object }) => (data as { n: number }).n;

function numberIn(value: Buffer | null): number | undefined {
  try {
    return value === null ? undefined : n(readMessage(value));
  } catch {
    return undefined;
  }
}

const distinct = (list: readonly string[]) => [...new Set(list)].sort();

/** Where two lists part, in words. */
function differ(what: string, told: readonly string[], wanted: readonly string[]) {
  for (let i = 0; i < Math.max(told.length, wanted.length); i += 1) {
    if (told[i] !== wanted[i]) {
      return `${what}, entry ${i}: ${told[i] ?? 'nothing'}, where ${wanted[i] ?? 'nothing'} is right`;
    }
  }
  return undefined;
}
