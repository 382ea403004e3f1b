import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTopics } from '../../platform/kafka/admin.ts';
import { createKafka, type Kafka } from '../../platform/kafka/client.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { createProducer, type Producer } from '../../platform/kafka/producer.ts';
import { scan } from '../../platform/kafka/scan.ts';
import { createTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import type { LogRecord, Writer } from '../../platform/log/ports.ts';
import { type Runner, runAggregate } from '../../platform/log/runner.ts';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { testBackends } from '../../platform/testing/backends.ts';
import { counterAggregate, notebookAggregate } from '../../platform/testing/counter.ts';
import { jsonCodec } from '../../platform/testing/json-codec.ts';
import { runnerOptions } from '../../platform/testing/runner-options.ts';
import { type DeadLetter, findDeadLetter, listDeadLetters } from './letters.ts';
import { type RedriveResult, redrive, type Selection } from './redrive.ts';

const PARTITIONS = 2;
const run = randomUUID().slice(0, 8);
const topics = {
  counterInbox: `counter-${run}.commands`,
  counterLog: `counter-${run}.events`,
  notebookInbox: `notebook-${run}.commands`,
  notebookLog: `notebook-${run}.events`,
};
const letters = `${topics.counterInbox}.dlq`;
const notebookLetters = `${topics.notebookInbox}.dlq`;
const unlucky = new Set([13, 113]);
const counter = counterAggregate(`counter-${run}`, topics, (n) => unlucky.has(n));
const notebook = notebookAggregate(`notebook-${run}`, topics);

const { kafkaBrokers: brokers, redisUrl } = testBackends();
const runners: Runner[] = [];
let kafka: Kafka;
let producer: Producer;
let writer: Writer;
let reader: TopicReader;
let redis: Redis;

beforeAll(async () => {
  const names = [...Object.values(topics), letters, notebookLetters];
  await createTopics(
    brokers,
    names.map((name) => ({ name, partitions: PARTITIONS })),
  );
  kafka = createKafka({ brokers, clientId: 'redrive-test' });
  producer = createProducer(kafka);
  await producer.connect();
  writer = createWriter(producer, PARTITIONS);
  reader = await createTopicReader(kafka);
  redis = connectRedis(redisUrl, 'redrive-test');
  const options = runnerOptions(kafka, writer, redis);
  runners.push(await runAggregate(counter, options), await runAggregate(notebook, options));
});

afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.stop(4_000)));
  await reader?.close();
  await producer?.disconnect();
  redis?.disconnect();
});

const add = (key: string, n: number, headers: Record<string, string> = {}) => ({
  topic: topics.counterInbox,
  record: {
    key,
    value: jsonCodec.encode('Add', { n }),
    headers: { ce_type: 'hail.test.Add', ...headers },
  },
});

async function recordsIn(topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const fetched of scan(reader, await reader.ranges([topic]))) {
    records.push(...fetched.records);
  }
  return records;
}

/** The numbers that were added to a key, in order: what its log says. */
async function added(key: string): Promise<number[]> {
  const events = (await recordsIn(topics.counterLog)).filter(
    (record) => record.key === key && record.headers['ce_type'] === 'hail.test.Added',
  );
  return events.map(({ value }) => (jsonCodec.decode(value as Buffer).data as { n: number }).n);
}

async function lettersOf(key: string): Promise<DeadLetter[]> {
  const all = await Array.fromAsync(listDeadLetters(reader, jsonCodec, [letters]));
  return all.filter((letter) => letter.key === key);
}

/** Resolves when so many letters about a key have been written. */
const awaitLetters = (key: string, count: number) =>
  vi.waitFor(
    async () => {
      const found = await lettersOf(key);
      expect(found).toHaveLength(count);
      return found;
    },
    { timeout: 20_000 },
  );

const redriveAll = (selection: Selection, write = true, by: Writer = writer) =>
  Array.fromAsync(redrive(selection, { reader, writer: by, write, now: Date.now }));

const outcomes = (results: readonly RedriveResult[]) => results.map(({ outcome }) => outcome);

describe('redriving dead letters', () => {
  it('says what it would do, does it once, and counts what fails again', async () => {
    const key = 'counted';
    // Its origin is of a source of which the counter has then seen a later one.
    await writer.send([
      add(key, 13, { origin: 'elsewhere.events/0/7/0', kafka_correlationId: 'c' }),
      add(key, 1, { origin: 'elsewhere.events/0/8/0' }),
    ]);
    const [letter] = await awaitLetters(key, 1);
    expect(letter).toMatchObject({
      status: 'open',
      reason: 'Error: unlucky',
      group: `hail.${counter.kind}`,
      from: { topic: topics.counterInbox, partition: partitionOf(key, PARTITIONS) },
      redrives: 0,
      message: { type: 'Add', data: { n: 13 } },
    });
    const selection = { letters: [(letter as DeadLetter).at] };

    expect(outcomes(await redriveAll(selection, false))).toEqual(['redriven']);
    expect((await lettersOf(key)).map(({ status }) => status)).toEqual(['open']);

    expect(outcomes(await redriveAll(selection))).toEqual(['redriven']);
    const [before, after] = await awaitLetters(key, 2);
    expect(before?.status).toBe('redriven');
    expect(after).toMatchObject({ status: 'open', redrives: 1, reason: 'Error: unlucky' });
    expect(after?.from?.offset).toBeGreaterThan(before?.from?.offset ?? 0);
    expect(after?.record.headers).toMatchObject({ kafka_correlationId: 'c' });

    // Now it is mended. All means what is open, not what has been sent back.
    unlucky.delete(13);
    expect(outcomes(await redriveAll({ topics: [letters] }))).toEqual(['redriven']);
    await vi.waitFor(async () => expect(await added(key)).toEqual([1, 13]), 20_000);
    expect(outcomes(await redriveAll({ topics: [letters] }))).toEqual([]);
    expect(outcomes(await redriveAll(selection))).toEqual(['already']);
    expect(await findDeadLetter(reader, jsonCodec, (after as DeadLetter).at)).toMatchObject({
      status: 'redriven',
      redrives: 1,
    });
    await writer.send([add(key, 2)]);
    await vi.waitFor(async () => expect(await added(key)).toEqual([1, 13, 2]), 20_000);
  });

  it('loses nothing and doubles nothing when interrupted, or done by two at once', async () => {
    const key = 'interrupted';
    await writer.send([add(key, 113), add(key, 113), add(key, 113), add(key, 1)]);
    const found = await awaitLetters(key, 3);
    unlucky.delete(113);
    const at = found.map((letter) => letter.at);
    const selection = (i: number) => ({ letters: [at[i] as DeadLetter['at']] });

    // It ends between the marker and the message, and then after the message.
    const cut = (where: 'send' | 'sent'): Writer => ({
      append: async (topic, partition, records) => {
        if (where === 'sent' && records[0]?.headers['dlq_marker'] === 'sent')
          throw new Error('cut');
        return writer.append(topic, partition, records);
      },
      send: async (messages) => {
        if (where === 'send') throw new Error('cut');
        await writer.send(messages);
      },
    });
    await expect(redriveAll(selection(1), true, cut('send'))).rejects.toThrow('cut');
    expect((await lettersOf(key)).map(({ status }) => status)).toEqual([
      'open',
      'redriving',
      'open',
    ]);
    await expect(redriveAll(selection(0), true, cut('sent'))).rejects.toThrow('cut');
    await vi.waitFor(async () => expect(await added(key)).toEqual([1, 113, 113]), 20_000);

    const results = await Promise.all([
      redriveAll({ topics: [letters] }),
      redriveAll({ topics: [letters] }),
      redriveAll(selection(2)),
    ]);
    expect(results.flatMap(outcomes)).toContain('completed');
    await writer.send([add(key, 2)]);
    await vi.waitFor(async () => expect((await added(key)).at(-1)).toBe(2), 20_000);
    expect(await added(key)).toEqual([1, 113, 113, 113, 2]);
    expect((await lettersOf(key)).map(({ status }) => status)).toEqual(Array(3).fill('redriven'));
  });

  it('takes what can never be read as well, and what is not there for absent', async () => {
    const key = 'bytes';
    const value = Buffer.from([0, 1, 2]);
    await writer.send([{ topic: topics.counterInbox, record: { key, value, headers: {} } }]);
    const [letter] = await awaitLetters(key, 1);
    expect(letter?.message).toEqual({ unreadable: expect.any(String) });
    expect(letter?.record.value).toEqual(value);
    const { at } = letter as DeadLetter;
    const missing = { ...at, offset: at.offset + 10_000 };
    expect(outcomes(await redriveAll({ letters: [at, missing] }))).toEqual(['absent', 'redriven']);
    const again = await awaitLetters(key, 2);
    expect(again.map(({ redrives }) => redrives)).toEqual([0, 1]);
    expect(again.at(-1)?.record.value).toEqual(value);
  });
});
