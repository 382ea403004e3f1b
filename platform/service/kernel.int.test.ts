import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics } from '../kafka/admin.ts';
import { createKafka, type Kafka } from '../kafka/client.ts';
import { joinGroup } from '../kafka/group-consumer.ts';
import { partitionOf } from '../kafka/partition-of.ts';
import { createProducer, type Producer } from '../kafka/producer.ts';
import { createWriter } from '../kafka/writer.ts';
import { systemClock } from '../log/clock.ts';
import { deadLetterHeader } from '../log/dead-letter.ts';
import { LogFollower } from '../log/follower.ts';
import type { Observation } from '../log/observer.ts';
import type { LogRecord, Writer } from '../log/ports.ts';
import { groupOf, type Runner, runAggregate } from '../log/runner.ts';
import type { Aggregate } from '../messaging/aggregate.ts';
import type { Message, Received } from '../messaging/message.ts';
import { connectRedis, type Redis } from '../redis/connect.ts';
import { createLogPositions } from '../redis/log-positions.ts';
import { createReadModel } from '../redis/read-model.ts';
import { shardKeys } from '../redis/snapshot-store.ts';
import { testBackends } from '../testing/backends.ts';
import { counterAggregate, notebookAggregate } from '../testing/counter.ts';
import { jsonCodec } from '../testing/json-codec.ts';
import { runnerOptions } from '../testing/runner-options.ts';

const PARTITIONS = 4;
const run = randomUUID().slice(0, 8);
const topics = {
  counterInbox: `counter-${run}.commands`,
  counterLog: `counter-${run}.events`,
  notebookInbox: `notebook-${run}.commands`,
  notebookLog: `notebook-${run}.events`,
};
const counter = counterAggregate(`counter-${run}`, topics);
const notebook = notebookAggregate(`notebook-${run}`, topics);

const { kafkaBrokers: brokers, redisUrl } = testBackends();
const seen: Observation[] = [];
const runners: Runner[] = [];
let kafka: Kafka;
let producer: Producer;
let writer: Writer;
let redis: Redis;

beforeAll(async () => {
  const names = [...Object.values(topics), `${topics.counterInbox}.dlq`];
  await createTopics(
    brokers,
    names.map((name) => ({ name, partitions: PARTITIONS })),
  );
  kafka = createKafka({ brokers, clientId: 'kernel-test' });
  producer = createProducer(kafka);
  await producer.connect();
  writer = createWriter(producer, PARTITIONS);
  redis = connectRedis(redisUrl, 'kernel-test');
});

afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.stop(4_000)));
  await producer?.disconnect();
  redis?.disconnect();
});

async function start<S extends object, I extends Message, E extends Message>(
  aggregate: Aggregate<S, I, E>,
  instance: string,
): Promise<Runner> {
  const runner = await runAggregate(aggregate, {
    ...runnerOptions(kafka, writer, redis, (observation) => void seen.push(observation)),
    instance,
  });
  runners.push(runner);
  return runner;
}

const add = (key: string, n: number, origin?: string) => ({
  topic: topics.counterInbox,
  record: {
    key,
    value: jsonCodec.encode('Add', { n }),
    headers: { ce_type: 'hail.test.Add', ...(origin !== undefined && { origin }) },
  },
});

/** Resolves with the first `count` records of a topic. */
async function take(topic: string, count: number): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  const enough = Promise.withResolvers<void>();
  const group = await joinGroup(
    kafka,
    { groupId: `take-${randomUUID()}`, topics: [topic] },
    {
      assigned: () => {},
      records(_, __, some) {
        records.push(...some);
        if (records.length >= count) enough.resolve();
      },
      failed: enough.reject,
    },
  );
  for (let partition = 0; partition < PARTITIONS; partition += 1) group.seek(topic, partition, 0);
  await enough.promise;
  await group.close();
  return records;
}

describe('the kernel on Kafka and Redis', () => {
  const keys = Array.from({ length: 12 }, (_, i) => `key-${i}`);
  const notes = createReadModelOf<{ list: readonly number[] }>(notebook.kind);

  function createReadModelOf<S>(kind: string) {
    const own = connectRedis(redisUrl, 'kernel-test-queries');
    const model = createReadModel<S>(own, kind, (id) => partitionOf(id, PARTITIONS));
    afterAll(() => {
      model.close();
      own.disconnect();
    });
    return model;
  }

  async function allNoted(upTo: number): Promise<void> {
    const wanted = Array.from({ length: upTo }, (_, i) => i + 1);
    for (const key of keys) {
      const found = await notes.wait(key, (d) => (d?.state.list.length ?? 0) >= upTo, 30_000);
      expect(found?.state.list).toEqual(wanted);
    }
  }

  it('does everything once and in order, on one owner, on two, and without its Redis', async () => {
    await Promise.all([start(counter, 'a'), start(notebook, 'a')]);
    await writer.send(keys.flatMap((key) => [1, 2, 3].map((n) => add(key, n))));
    await allNoted(3);

    const second = await start(counter, 'b');
    await writer.send(keys.flatMap((key) => [4, 5].map((n) => add(key, n))));
    await allNoted(5);

    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const { position, documents, deadlines } = shardKeys(counter.kind, partition);
      await redis.del(position, documents, deadlines);
    }
    await writer.send(keys.flatMap((key) => [6, 7].map((n) => add(key, n))));
    await allNoted(7);
    expect(seen).toContainEqual(expect.objectContaining({ type: 'restarting' }));

    await second.stop(4_000);
    await writer.send(keys.flatMap((key) => [8].map((n) => add(key, n))));
    await allNoted(8);
    expect(seen.filter(({ type }) => type === 'gap' || type === 'failed')).toEqual([]);
  });

  it('drops what a deposed owner writes, and a message it has had', async () => {
    const key = 'key-0';
    const partition = partitionOf(key, PARTITIONS);
    const zombie = {
      key,
      value: jsonCodec.encode('Added', { n: 99, sum: 99 }),
      headers: { ce_type: 'hail.test.Added', epoch: '0.1000000' },
    };
    await writer.append(topics.counterLog, partition, [zombie]);
    await writer.send([add(key, 9, 'elsewhere/0/7/0'), add(key, 99, 'elsewhere/0/7/0')]);
    await writer.send([add(key, 10)]);
    const found = await notes.wait(key, (d) => (d?.state.list.length ?? 0) >= 10, 30_000);
    expect(found?.state.list).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const dropped = seen.flatMap((o) => (o.type === 'dropped' ? [o.reason] : []));
    expect(dropped).toEqual(expect.arrayContaining(['zombie', 'duplicate']));
  });

  it('sets aside what cannot be decided, and goes on', async () => {
    await writer.send([add('key-1', 13), add('key-1', 9)]);
    const found = await notes.wait('key-1', (d) => (d?.state.list.length ?? 0) >= 9, 30_000);
    expect(found?.state.list.at(-1)).toBe(9);
    const [letter] = await take(`${topics.counterInbox}.dlq`, 1);
    expect(letter?.headers).toMatchObject({
      [deadLetterHeader.topic]: topics.counterInbox,
      [deadLetterHeader.group]: groupOf(counter.kind),
      [deadLetterHeader.reason]: expect.stringContaining('unlucky'),
    });
    expect(letter?.value).toEqual(jsonCodec.encode('Add', { n: 13 }));
  });

  it('lets others follow a log by the same rules, and go on where they left off', async () => {
    const partition = partitionOf('key-2', PARTITIONS);
    const name = `follower-${run}`;
    const follow = async (enough: (sums: readonly number[]) => boolean) => {
      const sums: number[] = [];
      const done = Promise.withResolvers<void>();
      let follower: LogFollower | undefined;
      const group = await joinGroup(
        kafka,
        { groupId: `hail.${name}`, topics: [topics.counterLog] },
        {
          assigned: () => {},
          records: (_, p, records) => p === partition && follower?.receive(records),
          failed: done.reject,
        },
      );
      follower = new LogFollower(topics.counterLog, partition, group, {
        codec: jsonCodec,
        clock: systemClock,
        positions: createLogPositions(redis, name),
        observe: () => {},
        wants: () => true,
        catchUp: 3_600_000,
        async handle(events: readonly Received<Message>[]) {
          for (const { metadata, data } of events) {
            if (metadata.key === 'key-2') sums.push((data as { sum: number }).sum);
          }
          if (enough(sums)) done.resolve();
        },
      });
      await follower.assign();
      await done.promise;
      // Its position is stored right after.
      await expect
        .poll(() => createLogPositions(redis, name).load(topics.counterLog, partition))
        .toMatchObject({ offset: expect.any(Number) });
      await group.close();
      return sums;
    };
    expect(await follow((sums) => sums.length >= 8)).toEqual([1, 3, 6, 10, 15, 21, 28, 36]);
    await writer.send([add('key-2', 4)]);
    expect(await follow((sums) => sums.includes(40))).toEqual([40]);
  });
});
