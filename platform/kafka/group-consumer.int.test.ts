import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testBackends } from '../testing/backends.ts';
import { createTopics } from './admin.ts';
import { createKafka } from './client.ts';
import { type GroupConsumer, joinGroup } from './group-consumer.ts';
import { createProducer, type Producer } from './producer.ts';

const { kafkaBrokers: brokers } = testBackends();
const topic = `group-consumer-${randomUUID().slice(0, 8)}`;
const kafka = createKafka({ brokers, clientId: 'group-consumer-test' });
const handed: number[] = [];
let producer: Producer;
let group: GroupConsumer;

async function write(...numbers: readonly number[]): Promise<void> {
  const records = numbers.map((n) => ({ key: 'k', value: Buffer.of(n), headers: {} }));
  await producer.produce([{ topic, partition: 1, records }]);
}

beforeAll(async () => {
  await createTopics(brokers, [{ name: topic, partitions: 2 }]);
  producer = createProducer(kafka);
  await producer.connect();
  await write(0, 1, 2);
  const assigned = Promise.withResolvers<unknown>();
  group = await joinGroup(
    kafka,
    { groupId: topic, topics: [topic] },
    {
      assigned: assigned.resolve,
      records: (_, __, records) => handed.push(...records.map(({ value }) => value?.[0] ?? -1)),
      failed: assigned.reject,
    },
  );
  await assigned.promise;
});

afterAll(async () => {
  await group?.close();
  await producer?.disconnect();
});

describe('a member of a group', () => {
  it('is heard of although it wants nothing', async () => {
    let before = Number.NEGATIVE_INFINITY;
    await vi.waitUntil(() => {
      const silence = group.silence();
      const fetchedSince = silence < before;
      before = silence;
      return fetchedSince;
    });
    expect(handed).toEqual([]);
  });

  it('is handed what stands where it has sought, and what comes', async () => {
    group.seek(topic, 1, 1);
    await vi.waitUntil(() => handed.length === 2);
    await write(3);
    await vi.waitUntil(() => handed.length === 3);
    expect(handed).toEqual([1, 2, 3]);
    expect(group.lag()).toContainEqual({ topic, partition: 1, records: 4 });
  });

  it('goes on after a pause with what has come meanwhile', async () => {
    group.pause(topic, 1);
    handed.length = 0;
    await write(4);
    await write(5);
    group.resume(topic, 1);
    await vi.waitUntil(() => handed.length === 2);
    group.seek(topic, 1, 0);
    await vi.waitUntil(() => handed.length === 8);
    expect(handed).toEqual([4, 5, 0, 1, 2, 3, 4, 5]);
  });
});
