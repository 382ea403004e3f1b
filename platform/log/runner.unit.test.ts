import { describe, expect, test } from 'vitest';
import { partitionOf } from '../kafka/partition-of.ts';
import { add } from '../testing/simulation/perform.ts';
import { topics, World } from '../testing/simulation/world.ts';

/** The simulated world without troubles, in virtual time: waiting takes none. */
function quietWorld(partitions = 1) {
  const world = new World({ seed: 1, partitions, latency: { least: 1, most: 5 } });
  const { redis, kafka, scheduler } = world;
  const notes = (key: string) => {
    const state = redis.document('notebook', partitionOf(key, partitions), key)?.state;
    return (state as { list: number[] } | undefined)?.list ?? [];
  };
  /** Lets so much time pass; a second is enough for everything but alarms. */
  const pass = (milliseconds = 1_000) => scheduler.run({ until: scheduler.now + milliseconds });
  const observed = (type: string) => world.seen.filter((one) => one.observation.type === type);
  return { world, kafka, redis, notes, pass, observed };
}

describe('a shard', () => {
  test('decides commands, tells the next aggregate, and keeps the read models', async () => {
    const { world, redis, notes, pass } = quietWorld();
    world.start('counter');
    world.start('notebook');
    for (const n of [1, 2, 3]) add(world, 'x', n);
    await pass();
    expect(notes('x')).toEqual([1, 2, 3]);
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 6 });
    expect([...redis.set('counter', 0, 'even')]).toEqual(['x']);
    expect([...redis.set('counter', 0, 'odd')]).toEqual([]);
  });

  test('goes on from the marks when another instance takes over', async () => {
    const { world, redis, notes, pass } = quietWorld();
    world.start('notebook');
    const first = world.start('counter', 'counter-1');
    add(world, 'x', 1);
    await pass();
    expect(notes('x')).toEqual([1]);
    world.stop(first);
    add(world, 'x', 2);
    world.start('counter', 'counter-2');
    await pass();
    expect(notes('x')).toEqual([1, 2]);
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 3 });
  });

  test('rebuilds an emptied read model from the log and loses nothing', async () => {
    const { world, redis, notes, pass, observed } = quietWorld();
    world.start('counter');
    world.start('notebook');
    for (let n = 101; n <= 120; n++) add(world, 'x', n);
    await pass();
    redis.flush();
    add(world, 'y', 5);
    add(world, 'x', 121);
    await pass();
    expect(notes('x')).toEqual(Array.from({ length: 21 }, (_, i) => 101 + i));
    expect(notes('y')).toEqual([5]);
    expect(observed('restarting')).not.toEqual([]);
  });

  test('pauses reading a long log while it cannot fold, and goes on', async () => {
    const { world, redis, pass } = quietWorld();
    const first = world.start('counter', 'counter-1');
    for (let n = 1; n <= 10_000; n += 1) add(world, 'x', 2);
    await pass(30_000);
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 20_000 });
    world.stop(first);
    redis.flush();
    world.start('counter', 'counter-2');
    await pass(100);
    redis.away = true;
    await pass(30_000);
    redis.away = false;
    add(world, 'x', 4);
    await pass(30_000);
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 20_004 });
  });

  test('at rest notices that its read model is gone, and sends nothing again', async () => {
    const { world, kafka, redis, notes, pass } = quietWorld();
    world.start('counter');
    world.start('notebook');
    add(world, 'x', 7);
    await pass();
    redis.flush();
    await pass(5_000);
    expect(redis.document('counter', 0, 'x')?.state).toEqual({ sum: 7 });
    expect(notes('x')).toEqual([7]);
    expect(kafka.all(topics.notebookInbox)).toHaveLength(1);
  });

  test('sets aside what cannot be decided or read, and goes on', async () => {
    const { world, kafka, notes, pass } = quietWorld();
    world.start('counter');
    world.start('notebook');
    add(world, 'x', 1);
    add(world, 'x', 13);
    kafka.put(topics.counterInbox, { key: 'x', value: Buffer.from('{'), headers: {} });
    add(world, 'x', 2);
    await pass();
    expect(notes('x')).toEqual([1, 2]);
    const letters = kafka.all('counter.commands.dlq');
    expect(letters.map(({ headers }) => headers['dlq_offset'])).toEqual(['1', '2']);
    expect(letters[0]?.headers).toMatchObject({
      ce_type: 'hail.test.Add',
      dlq_reason: 'Error: unlucky',
      dlq_topic: topics.counterInbox,
      dlq_group: 'hail.counter',
    });
  });

  test('decides what was written before a deadline before it, however far behind it is', async () => {
    const { world, kafka, pass } = quietWorld();
    world.start('counter');
    add(world, 'x', 0); // rings a second later
    await pass(500);
    kafka.away = true; // a step holds 500 inputs at most: the rest waits past the deadline
    for (let n = 101; n <= 800; n++) add(world, 'x', n);
    await pass(2_000);
    kafka.away = false;
    await pass(3_000);
    const types = kafka.all(topics.counterLog).map(({ headers }) => headers['ce_type']);
    expect(types.filter((type) => type === 'hail.test.Added')).toHaveLength(701);
    expect(types.at(-1)).toBe('hail.test.Rang');
  });

  test('sets aside what it cannot even ask about', async () => {
    const { world, kafka, redis, pass } = quietWorld();
    world.start('counter');
    world.start('tally');
    for (const n of [1, 2.5, 2]) add(world, 'x', n);
    await pass();
    expect(redis.document('tally', 0, 'x')?.state).toEqual({ list: [1, 2] });
    expect(kafka.all('tally.commands.dlq').map(({ headers }) => headers)).toMatchObject([
      { dlq_topic: topics.counterLog, dlq_reason: 'Error: unlucky before it is decided' },
    ]);
  });

  test('asks again when an earlier input of the step has changed the state', async () => {
    const { world, kafka, pass } = quietWorld();
    world.start('counter');
    const tally = world.start('tally');
    await pass();
    world.pause(tally);
    for (const n of [1, 2, 3, 4]) add(world, 'x', n);
    await pass(100);
    world.wake(tally);
    await pass();
    const told = kafka.all(topics.tallyLog).flatMap(({ value }) => {
      const { type, data } = JSON.parse(`${value}`);
      return type === 'Tallied' ? [data] : [];
    });
    expect(told).toEqual([{ n: 1 }, { n: 2, answer: 10_020 }, { n: 3 }, { n: 4, answer: 30_040 }]);
  });

  test('drops a message that comes twice, by its origin', async () => {
    const { world, notes, pass, observed } = quietWorld();
    world.start('counter');
    world.start('notebook');
    add(world, 'x', 1, { origin: 'elsewhere.events/0/7/0' });
    add(world, 'x', 1, { origin: 'elsewhere.events/0/7/0' });
    add(world, 'x', 2, { origin: 'elsewhere.events/0/8/0' });
    add(world, 'x', 1, { origin: 'elsewhere.events/0/7/0' });
    add(world, 'x', 3);
    await pass();
    expect(notes('x')).toEqual([1, 2, 3]);
    expect(observed('dropped')).toHaveLength(2);
  });

  test('fires deadlines, also those of a shard taken over', async () => {
    const { world, kafka, redis, pass } = quietWorld();
    const first = world.start('counter', 'counter-1');
    add(world, 'x', 0);
    await pass(500);
    expect(redis.document('counter', 0, 'x')).toBeDefined();
    world.stop(first);
    world.start('counter', 'counter-2');
    await pass();
    const types = kafka.all(topics.counterLog).map(({ headers }) => headers['ce_type']);
    expect(types.filter((type) => type === 'hail.test.Rang')).toHaveLength(1);
  });

  test('takes over though the former owner has folded the claim already', async () => {
    const { world, notes, pass, observed } = quietWorld();
    world.start('notebook');
    world.start('counter', 'counter-1');
    const heir = world.start('counter', 'counter-2');
    await pass();
    // The heir reads the snapshot late, and the former owner does not know yet that it is one.
    heir.instance.faults.push({ on: 'redis', fate: 'lost', skip: 0 });
    world.groups.counter.lag = 500;
    world.groups.counter.shuffle();
    add(world, 'x', 1);
    await pass(2_000);
    expect(notes('x')).toEqual([1]);
    const reasons = observed('restarting').map(({ observation }) => observation);
    expect(reasons).toMatchObject([{ reason: expect.stringContaining('contains the claim') }]);
  });

  test('a frozen owner that wakes up is ignored by all, itself included', async () => {
    const { world, notes, pass, observed } = quietWorld();
    world.start('notebook');
    const frozen = world.start('counter', 'counter-1');
    add(world, 'x', 1);
    await pass();
    world.pause(frozen);
    world.start('counter', 'counter-2');
    add(world, 'x', 2);
    await pass();
    expect(notes('x')).toEqual([1, 2]);
    world.wake(frozen);
    add(world, 'x', 3);
    await pass();
    expect(notes('x')).toEqual([1, 2, 3]);
    expect(observed('gap')).toEqual([]);
  });
});
