import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBackends } from '../testing/backends.ts';
import { createTopics } from './admin.ts';
import { createKafka, type Kafka } from './client.ts';
import { createProducer, type Producer } from './producer.ts';
import { scan } from './scan.ts';
import { createTopicReader, type TopicReader } from './topic-reader.ts';
import { createWriter } from './writer.ts';

const { kafkaBrokers: brokers } = testBackends();
const topic = `reader-${randomUUID().slice(0, 8)}`;
let kafka: Kafka;
let producer: Producer;
let reader: TopicReader;

beforeAll(async () => {
  await createTopics(brokers, [{ name: topic, partitions: 2 }]);
  kafka = createKafka({ brokers, clientId: 'reader-test' });
  producer = createProducer(kafka);
  await producer.connect();
  reader = await createTopicReader(kafka);
});

afterAll(async () => {
  await reader?.close();
  await producer?.disconnect();
});

const record = (n: number) => ({
  key: `k${n}`,
  value: Buffer.from(String(n)),
  headers: { n: '1' },
});

async function valuesFrom(start: number, end: number): Promise<string[]> {
  const values: string[] = [];
  for await (const { records } of scan(reader, [{ topic, partition: 0, start, end }])) {
    values.push(...records.map(({ value }) => String(value)));
  }
  return values;
}

describe('a topic reader', () => {
  it('reads exactly what was asked for, in order, and leaves no group behind', async () => {
    const writer = createWriter(producer, 2);
    const before = Date.now() - 1;
    for (let n = 0; n < 10; n += 5) {
      await writer.append(
        topic,
        0,
        [0, 1, 2, 3, 4].map((i) => record(n + i)),
      );
    }
    await writer.append(topic, 1, [record(99)]);
    expect(await reader.ranges([topic])).toEqual([
      { topic, partition: 0, start: 0, end: 10 },
      { topic, partition: 1, start: 0, end: 1 },
    ]);
    expect(await valuesFrom(0, 10)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    // From the middle of a batch, to the middle of another.
    expect(await valuesFrom(3, 7)).toEqual(['3', '4', '5', '6']);
    expect(await valuesFrom(10, 10)).toEqual([]);
    expect(await reader.offsetsAt([topic], before)).toEqual([
      { topic, partition: 0, offset: 0 },
      { topic, partition: 1, offset: 0 },
    ]);
    expect(await reader.offsetsAt([topic], Date.now() + 60_000)).toEqual([
      { topic, partition: 0, offset: 10 },
      { topic, partition: 1, offset: 1 },
    ]);
    const admin = kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.filter(({ groupId }) => groupId.includes('reader'))).toEqual([]);
  });

  it('waits for what comes', async () => {
    const coming = reader.fetch([{ topic, partition: 1, offset: 1 }], 20_000);
    await createWriter(producer, 2).append(topic, 1, [record(100)]);
    const [fetched] = await coming;
    expect(fetched).toMatchObject({ partition: 1, next: 2, end: 2 });
    expect(fetched?.records[0]).toMatchObject({ key: 'k100', offset: 1, headers: { n: '1' } });
  });

  it('can be asked several things at once from the beginning, and closes all it opened', async () => {
    const sockets = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    const fresh = await createTopicReader(kafka);
    const from = [{ topic, partition: 0, offset: 0 }];
    await Promise.all([1, 2, 3, 4].map(() => fresh.fetch(from, 0)));
    await fresh.close();
    await expect.poll(sockets).toBe(before);
  });

  it('says that a topic does not exist', async () => {
    await expect(reader.ranges([`${topic}-none`])).rejects.toThrow(/does not host this topic/);
  });
});
