import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTopics } from '../../platform/kafka/admin.ts';
import { createKafka } from '../../platform/kafka/client.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { createProducer, type Producer } from '../../platform/kafka/producer.ts';
import { scan } from '../../platform/kafka/scan.ts';
import { createTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import type { Observation } from '../../platform/log/observer.ts';
import type { Writer } from '../../platform/log/ports.ts';
import { type Runner, runAggregate } from '../../platform/log/runner.ts';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { createNextModel } from '../../platform/redis/next-model.ts';
import { shardKeys } from '../../platform/redis/snapshot-store.ts';
import { testBackends } from '../../platform/testing/backends.ts';
import { counterAggregate, notebookAggregate } from '../../platform/testing/counter.ts';
import { jsonCodec } from '../../platform/testing/json-codec.ts';
import { runnerOptions } from '../../platform/testing/runner-options.ts';
import { LogAhead } from './log-ahead.ts';
import { type Progress, type RebuildOptions, rebuildKind } from './rebuild.ts';
import { ShardBuild } from './shard-build.ts';
import { buildTo, switchOver } from './switch-over.ts';

const PARTITIONS = 2;
const run = randomUUID().slice(0, 8);
const topics = {
  counterInbox: `counter-${run}.commands`,
  counterLog: `counter-${run}.events`,
  notebookInbox: `notebook-${run}.commands`,
  notebookLog: `notebook-${run}.events`,
};
const counter = counterAggregate(`counter-${run}`, topics);
const notebook = notebookAggregate(`notebook-${run}`, topics);
const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);

const { kafkaBrokers: brokers, redisUrl } = testBackends();
const kafka = createKafka({ brokers, clientId: 'rebuild-test' });
const seen: Observation[] = [];
let runners: Runner[] = [];
let producer: Producer;
let writer: Writer;
let reader: TopicReader;
let redis: Redis;
/** How many numbers every key has been sent: 1, 2, 3, … */
let sent = 0;

beforeAll(async () => {
  await createTopics(
    brokers,
    Object.values(topics).map((name) => ({ name, partitions: PARTITIONS })),
  );
  producer = createProducer(kafka);
  await producer.connect();
  writer = createWriter(producer, PARTITIONS);
  reader = await createTopicReader(kafka);
  redis = connectRedis(redisUrl, 'rebuild-test');
  await start();
});

afterAll(async () => {
  await stop();
  await reader?.close();
  await producer?.disconnect();
  redis?.disconnect();
});

async function start(): Promise<void> {
  const options = runnerOptions(kafka, writer, redis, (one) => seen.push(one));
  runners = [await runAggregate(counter, options), await runAggregate(notebook, options)];
}

async function stop(): Promise<void> {
  await Promise.all(runners.map((runner) => runner.stop(4_000)));
  runners = [];
}

/** Sends the next number to every key, and to one of its own that is never heard of again. */
async function add(): Promise<void> {
  sent += 1;
  const record = (key: string) => ({
    key,
    value: jsonCodec.encode('Add', { n: sent }),
    headers: { ce_type: 'hail.test.Add' },
  });
  if (sent === 13) sent += 1;
  const all = [...keys, `once-${sent}`];
  await writer.send(all.map((key) => ({ topic: topics.counterInbox, record: record(key) })));
}

/** What was sent to every key, in order. */
const numbers = () => Array.from({ length: sent }, (_, i) => i + 1).filter((n) => n !== 13);
const sum = () => numbers().reduce((total, n) => total + n, 0);

/** Documents, sets and position of all shards as they stand. */
async function living() {
  const documents: Record<string, unknown> = {};
  const even = new Set<string>();
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const at = shardKeys(counter.kind, partition);
    for (const [id, text] of Object.entries(await redis.hgetall(at.documents))) {
      documents[id] = JSON.parse(text);
    }
    for (const id of await redis.smembers(at.set('even'))) even.add(id);
  }
  return { documents, even };
}

/** Every key's counter and notebook have all that was sent, once and in order. */
async function expectDone(): Promise<void> {
  const { documents, even } = await living();
  for (const key of keys) {
    expect(documents[key]).toMatchObject({ state: { sum: sum() } });
    expect(even.has(key)).toBe(sum() % 2 === 0);
    const at = shardKeys(notebook.kind, partitionOf(key, PARTITIONS));
    const text = await redis.hget(at.documents, key);
    expect(JSON.parse(text ?? '{}')).toMatchObject({ state: { list: numbers() } });
  }
  for (const n of numbers()) {
    expect(documents[`once-${n}`]).toMatchObject({ state: { sum: n } });
  }
}

const allDone = () => vi.waitFor(expectDone, { timeout: 30_000 });

async function rebuild(options: Partial<RebuildOptions> = {}) {
  const progress: Progress[] = [];
  const onProgress = (one: Progress) => void progress.push(one);
  const base = { reader, codec: jsonCodec, redis, compareOnly: false, onProgress };
  const reports = await Array.fromAsync(rebuildKind(counter, { ...base, ...options }));
  const differing = progress.flatMap((p) => (p.type === 'differs' ? [p.differing] : []));
  const leftovers = await redis.keys(`{${counter.kind}:*}:next:*`);
  expect(leftovers).toEqual([]);
  return { reports, differing };
}

/** Keeps the counters busy until told to end. */
function load(): () => Promise<void> {
  let ended = false;
  const loop = (async () => {
    while (!ended) await add();
  })();
  return async () => {
    ended = true;
    await loop;
  };
}

describe('rebuilding a read model', () => {
  const observed = (type: Observation['type']) => seen.filter((o) => o.type === type).length;

  it('under load: switches over without the owner noticing, and nothing is lost', async () => {
    for (let i = 0; i < 20; i += 1) await add();
    await allDone();
    const before = observed('restarting');
    const end = load();
    const { reports, differing } = await rebuild();
    await end();
    expect(differing).toEqual([]);
    expect(reports.map(({ switched }) => switched)).toEqual(['unnoticed', 'unnoticed']);
    expect(observed('restarting')).toBe(before);
    await allDone();
  });

  it('folds what has come meanwhile, before it switches over', async () => {
    const built = await Promise.all(
      [0, 1].map(async (partition) => {
        const model = createNextModel(redis, counter.kind, partition);
        const build = new ShardBuild(counter, jsonCodec, model.store, () => {});
        const log = new LogAhead(reader, topics.counterLog, partition, 0);
        await model.clear();
        await buildTo(build, log, (await model.livingPosition())?.offset ?? 0);
        return { model, build, log };
      }),
    );
    await add();
    await allDone();
    for (const { model, build, log } of built) {
      const { offset } = build.position;
      const early = await model.switchOver(offset, offset, 'keep', ['even', 'odd']);
      expect(early).toMatchObject({ result: 'moved', living: await model.livingPosition() });
      const options = { damaged: false, attempts: 50, patience: 10_000 };
      expect(await switchOver(build, log, model, options)).toMatchObject({ how: 'unnoticed' });
    }
    await expectDone();
  });

  it('finds what is damaged, missing and surplus, mends it, and has the owner begin anew', async () => {
    await allDone();
    const of = (id: string) => shardKeys(counter.kind, partitionOf(id, PARTITIONS));
    const [wrong, missing, unset] = keys as [string, string, string];
    const text = JSON.parse((await redis.hget(of(wrong).documents, wrong)) ?? '');
    await redis.hset(of(wrong).documents, wrong, JSON.stringify({ ...text, state: { sum: -1 } }));
    await redis.hdel(of(missing).documents, missing);
    await redis.smove(
      of(unset).set(sum() % 2 === 0 ? 'even' : 'odd'),
      of(unset).set(sum() % 2 === 0 ? 'odd' : 'even'),
      unset,
    );
    await redis.hset(of('ghost').documents, 'ghost', '{"version":0,"state":{"sum":1}}');
    await redis.zadd(of('alarm').deadlines, 7, 'alarm');

    const looked = await rebuild({ compareOnly: true });
    expect(looked.differing.map(({ id }) => id).sort()).toEqual(
      ['alarm', 'ghost', wrong, missing, unset].sort(),
    );
    expect(looked.differing.find(({ id }) => id === wrong)?.differences).toEqual([
      { path: 'document.state.sum', living: -1, rebuilt: sum() },
    ]);
    expect(looked.reports.map(({ switched }) => switched)).toEqual([undefined, undefined]);
    expect((await living()).documents).toHaveProperty('ghost');

    const mended = await rebuild();
    expect(mended.differing).toHaveLength(5);
    for (const { differing, switched } of mended.reports) {
      expect(switched).toBe(differing > 0 ? 'restarted' : 'unnoticed');
    }
    await allDone();
    expect((await living()).documents).not.toHaveProperty('ghost');
    expect(await redis.zscore(of('alarm').deadlines, 'alarm')).toBeNull();
    const before = observed('restarting');
    await add();
    await allDone();
    expect(observed('restarting')).toBeGreaterThan(before);
    expect((await rebuild({ compareOnly: true })).differing).toEqual([]);
  });

  it('takes a lower position when the living one cannot be met; the owner goes on from there', async () => {
    const end = load();
    const { reports, differing } = await rebuild({ attempts: 0 });
    await end();
    expect(differing).toEqual([]);
    expect(reports.map(({ switched }) => switched)).toEqual(['restarted', 'restarted']);
    await allDone();
  });

  it('fills a model that is gone, with the service stopped and running', async () => {
    await stop();
    const wipe = async () => {
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const { position, documents, deadlines, set } = shardKeys(counter.kind, partition);
        await redis.del(position, documents, deadlines, set('even'), set('odd'));
      }
    };
    await wipe();
    const { reports, differing } = await rebuild();
    expect(differing).toHaveLength(keys.length + numbers().length);
    expect(reports.map(({ switched }) => switched)).toEqual(['restarted', 'restarted']);
    const { documents } = await living();
    for (const key of keys) expect(documents[key]).toMatchObject({ state: { sum: sum() } });
    // Its messages may not all have been sent: the owner must not be told that they were.
    expect(await createNextModel(redis, counter.kind, 0).livingPosition()).toBeUndefined();
    // Once more, and what is there is not lost.
    expect((await rebuild()).differing).toEqual([]);

    await start();
    await add();
    await allDone();
    await wipe();
    await add();
    await rebuild({ patience: 60_000 });
    await add();
    await allDone();
    expect(seen.filter(({ type }) => type === 'gap' || type === 'failed')).toEqual([]);
  });

  it('tells one story with the log', async () => {
    const sums: Record<string, number> = {};
    for await (const { records } of scan(reader, await reader.ranges([topics.counterLog]))) {
      for (const { key, value, headers } of records) {
        if (headers['ce_type'] !== 'hail.test.Added' || value === null) continue;
        sums[key] = (jsonCodec.decode(value).data as { sum: number }).sum;
      }
    }
    expect(sums).toEqual(
      Object.fromEntries([
        ...keys.map((key) => [key, sum()]),
        ...numbers().map((n) => [`once-${n}`, n]),
      ]),
    );
  });
});
