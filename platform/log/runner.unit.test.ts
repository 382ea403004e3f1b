import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { partitionOf } from '../kafka/partition-of.ts';
import { counterAggregate, notebookAggregate } from '../testing/counter.ts';
import { jsonCodec } from '../testing/json-codec.ts';
import { SimulatedKafka } from '../testing/simulated-kafka.ts';
import { SimulatedRedis } from '../testing/simulated-store.ts';
import { systemClock } from './clock.ts';
import type { Observation } from './observer.ts';
import type { Clock } from './ports.ts';
import { type Runner, runAggregate } from './runner.ts';

const topics = {
  counterInbox: 'counter.commands',
  counterLog: 'counter.events',
  notebookInbox: 'notebook.commands',
  notebookLog: 'notebook.events',
};
const counter = counterAggregate('counter', topics);
const notebook = notebookAggregate('notebook', topics);

/** Retries that would pause are quick, so that faults do not slow the tests; deadlines are real. */
const hastyClock: Clock = {
  now: systemClock.now,
  after: (milliseconds, run) => systemClock.after(Math.min(milliseconds, 3), run),
};

function world(partitions = 1, clock: Clock = hastyClock) {
  const kafka = new SimulatedKafka(partitions);
  const redis = new SimulatedRedis();
  const seen: Observation[] = [];
  const runners: Runner[] = [];
  let tokens = 0;
  const run = async (kind: 'counter' | 'notebook', instance = 'a') => {
    const options = {
      instance,
      codec: jsonCodec,
      clock,
      writer: kafka.writer(),
      join: kafka.join.bind(kafka),
      store: redis.store.bind(redis),
      observe: () => (observation: Observation) => void seen.push(observation),
      token: () => `${instance}-${++tokens}`,
    };
    const runner = await (kind === 'counter'
      ? runAggregate(counter, options)
      : runAggregate(notebook, options));
    runners.push(runner);
    return runner;
  };
  const add = (key: string, n: number, headers: Record<string, string> = {}) =>
    kafka.write(topics.counterInbox, partitionOf(key, partitions), [
      {
        key,
        value: jsonCodec.encode('Add', { n }),
        headers: { ce_type: 'hail.test.Add', ...headers },
      },
    ]);
  const notes = (key: string) => {
    const state = redis.document('notebook', partitionOf(key, partitions), key)?.state;
    return (state as { list: number[] } | undefined)?.list ?? [];
  };
  const stop = () => Promise.all(runners.map((runner) => runner.stop(100)));
  return { kafka, redis, seen, run, add, notes, stop };
}

describe('a shard', () => {
  test('decides commands, tells the next aggregate, and keeps the read models', async () => {
    const { run, add, notes, redis, stop } = world();
    await run('counter');
    await run('notebook');
    for (const n of [1, 2, 3]) add('x', n);
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2, 3]));
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 6 });
    expect([...redis.set('counter', 0, 'even')]).toEqual(['x']);
    expect([...redis.set('counter', 0, 'odd')]).toEqual([]);
    await stop();
  });

  test('goes on from the marks when another instance takes over', async () => {
    const { run, add, notes, redis, stop } = world();
    await run('notebook');
    const first = await run('counter', 'first');
    add('x', 1);
    await vi.waitFor(() => expect(notes('x')).toEqual([1]));
    await first.stop(100);
    add('x', 2);
    await run('counter', 'second');
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2]));
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 3 });
    await stop();
  });

  test('rebuilds an emptied read model from the log and loses nothing', async () => {
    const { run, add, notes, redis, seen, stop } = world();
    await run('counter');
    await run('notebook');
    for (let n = 1; n <= 20; n++) add('x', n === 13 ? 99 : n);
    await vi.waitFor(() => expect(notes('x')).toHaveLength(20));
    redis.flush();
    add('y', 5);
    add('x', 21);
    await vi.waitFor(() => expect(notes('x')).toHaveLength(21));
    await vi.waitFor(() => expect(notes('y')).toEqual([5]));
    expect(seen.some(({ type }) => type === 'restarting')).toBe(true);
    await stop();
  });

  test('sets aside what cannot be decided or read, and goes on', async () => {
    const { kafka, run, add, notes, stop } = world();
    await run('counter');
    await run('notebook');
    add('x', 1);
    add('x', 13);
    kafka.write(topics.counterInbox, 0, [{ key: 'x', value: Buffer.from('{'), headers: {} }]);
    add('x', 2);
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2]));
    const letters = kafka.all('counter.commands.dlq');
    expect(letters.map(({ headers }) => headers.dlq_offset)).toEqual(['1', '2']);
    expect(letters[0]?.headers).toMatchObject({
      ce_type: 'hail.test.Add',
      dlq_reason: 'Error: unlucky',
      dlq_topic: topics.counterInbox,
      dlq_group: 'hail.counter',
    });
    await stop();
  });

  test('drops a message that comes twice, by its origin', async () => {
    const { run, add, notes, seen, stop } = world();
    await run('counter');
    await run('notebook');
    add('x', 1, { origin: 'elsewhere.events/0/7/0' });
    add('x', 1, { origin: 'elsewhere.events/0/7/0' });
    add('x', 2, { origin: 'elsewhere.events/0/8/0' });
    add('x', 1, { origin: 'elsewhere.events/0/7/0' });
    add('x', 3);
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2, 3]));
    expect(seen.filter((o) => o.type === 'dropped' && o.reason === 'duplicate')).toHaveLength(2);
    await stop();
  });

  test('fires deadlines, also those of a shard taken over', async () => {
    const { kafka, run, add, redis, stop } = world(1, systemClock);
    const first = await run('counter', 'first');
    add('x', 0);
    await vi.waitFor(() => expect(redis.document('counter', 0, 'x')).toBeDefined());
    await first.stop(100);
    await run('counter', 'second');
    await vi.waitFor(
      () => expect(kafka.all(topics.counterLog).at(-1)?.headers.ce_type).toBe('hail.test.Rang'),
      3_000,
    );
    expect(
      kafka.all(topics.counterLog).filter((r) => r.headers.ce_type?.endsWith('Rang')),
    ).toHaveLength(1);
    await stop();
  });

  test('a frozen owner that wakes up is ignored by all, itself included', async () => {
    const { kafka, run, add, notes, seen, stop } = world();
    await run('notebook');
    await run('counter', 'frozen');
    add('x', 1);
    await vi.waitFor(() => expect(notes('x')).toEqual([1]));
    kafka.freeze('hail.counter', 0, true);
    await run('counter', 'heir');
    add('x', 2);
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2]));
    kafka.freeze('hail.counter', 0, false);
    add('x', 3);
    await vi.waitFor(() => expect(notes('x')).toEqual([1, 2, 3]));
    expect(seen.filter(({ type }) => type === 'gap')).toEqual([]);
    await stop();
  });

  test('tells one consistent story whatever is lost, repeated, frozen or flushed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom('add', 'add', 'add', 'lose', 'repeat', 'freeze', 'thaw', 'flush', 'join'),
          {
            minLength: 5,
            maxLength: 40,
          },
        ),
        async (actions) => {
          const { kafka, redis, run, add, notes, seen, stop } = world();
          await run('notebook');
          await run('counter', 'one');
          let n = 100;
          let members = 1;
          let fate: 'written' | 'lost' | 'unacknowledged' = 'written';
          kafka.fate = () => {
            const now = fate;
            fate = 'written';
            return now;
          };
          for (const action of actions) {
            if (action === 'add') add('x', ++n);
            if (action === 'lose') fate = 'lost';
            if (action === 'repeat') fate = 'unacknowledged';
            if (action === 'freeze' && members > 1) kafka.freeze('hail.counter', 0, true);
            if (action === 'thaw') kafka.freeze('hail.counter', 0, false);
            if (action === 'flush') redis.flush();
            if (action === 'join' && members < 3) await run('counter', `member${++members}`);
            for (let i = 0; i < n % 7; i++) await Promise.resolve();
            if (n % 5 === 0) await delay(1);
          }
          kafka.freeze('hail.counter', 0, false);
          add('x', ++n);
          const wanted = Array.from({ length: n - 100 }, (_, i) => 101 + i);
          await vi.waitFor(() => expect(notes('x')).toEqual(wanted), 5_000);
          expect(seen.filter(({ type }) => type === 'gap')).toEqual([]);
          await stop();
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
