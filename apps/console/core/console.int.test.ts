import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../../platform/avro/registry.ts';
import { createTopics } from '../../../platform/kafka/admin.ts';
import { createKafka, type Kafka } from '../../../platform/kafka/client.ts';
import { joinGroup } from '../../../platform/kafka/group-consumer.ts';
import { deadLetter } from '../../../platform/log/dead-letter.ts';
import { testBackends } from '../../../platform/testing/backends.ts';
import { type Connection, connect } from './connect.ts';
import { parseExpression } from './expression.ts';
import { applyReset, planReset } from './groups.ts';
import { lagOf } from './lag.ts';
import type { Shown } from './show.ts';
import { lastOf, type TailOptions, tail } from './tail.ts';
import { topicFacts } from './topics.ts';

const backends = testBackends();
const name = `console-${randomUUID().slice(0, 8)}`;
const kafka = createKafka({ brokers: backends.kafkaBrokers, clientId: 'console-test' });
const registry = createSchemaRegistry({ url: backends.schemaRegistryUrl });
const namespace = `test.n${randomUUID().replaceAll('-', '')}`;
const codecOf = (...fields: { name: string; type: string; default?: number }[]) => {
  const schema = { type: 'record', name: 'Measured', namespace, fields };
  const known = { fullName: `${namespace}.Measured`, schema };
  return createCodec({ registry, schemas: new Map([['Measured', known]]) });
};
let producer: ReturnType<Kafka['producer']>;
let connection: Connection;
const began = Date.now();

/** Eight records in partition 0 of a topic that Hail's catalogue does not know, and one in partition 1. */
beforeAll(async () => {
  await createTopics(backends.kafkaBrokers, [{ name, partitions: 2 }]);
  producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const older = codecOf({ name: 'id', type: 'string' });
  const newer = codecOf({ name: 'id', type: 'string' }, { name: 'n', type: 'int', default: 0 });
  await older.register(['Measured']);
  await newer.register(['Measured']);
  const letter = deadLetter(
    {
      topic: 't',
      partition: 3,
      offset: 9,
      key: 'k6',
      value: Buffer.from([1, 2]),
      headers: {},
      timestamp: 0,
    },
    'hail.trip',
    'it is broken',
    77,
  );
  const send = (partition: number, key: string, value: Buffer | null, headers = {}) =>
    producer.send({ topic: name, acks: -1, messages: [{ partition, key, value, headers }] });
  await send(0, 'k0', older.encode('Measured', { id: 'a' }), { hue: 'red' });
  await send(0, 'k1', newer.encode('Measured', { id: 'b', n: 5 }), { hue: 'blue' });
  await send(0, 'k2', Buffer.from('plain text'));
  await send(0, 'k3', Buffer.from('{"a":1}'));
  await send(0, 'k4', Buffer.from([0, 0, 0, 0xff, 0xff, 1]));
  await send(0, 'k5', null);
  await send(0, letter.key, letter.value, letter.headers);
  await send(0, 'k7', newer.encode('Measured', { id: 'c', n: 7 }));
  await send(1, 'k8', newer.encode('Measured', { id: 'd', n: 8 }));
  connection = await connect(backends);
});

afterAll(async () => {
  await connection?.close();
  await producer?.disconnect();
});

async function tailed(options: Partial<TailOptions> = {}): Promise<readonly Shown[]> {
  const found: Shown[] = [];
  const all = {
    topics: [name],
    partitions: [0],
    from: { at: 'beginning' as const },
    follow: false,
  };
  for await (const batch of tail(connection, { ...all, ...options })) found.push(...batch);
  return found;
}

const keys = (records: readonly Shown[]) => records.map(({ key }) => key);

describe('tail', () => {
  it('shows each record for what it is, Avro in its writer’s version', async () => {
    const records = await tailed();
    expect(records).toMatchObject([
      { key: 'k0', what: 'record', type: 'Measured', data: { id: 'a' }, headers: { hue: 'red' } },
      { what: 'record', data: { id: 'b', n: 5 } },
      { text: 'plain text' },
      { data: { a: 1 } },
      {
        what: 'unreadable',
        hex: '000000ffff01',
        problem: expect.stringContaining('no such schema'),
      },
      { what: 'tombstone', bytes: 0 },
      {
        what: 'dead letter',
        letter: {
          reason: 'it is broken',
          topic: 't',
          partition: 3,
          offset: 9,
          group: 'hail.trip',
          at: 77,
        },
      },
      { data: { id: 'c', n: 7 } },
    ]);
    expect(Object.keys(records[0]?.data as object)).toEqual(['id']);
  });

  it('filters by key, type, header and expression, and stops', async () => {
    expect(keys(await tailed({ filter: { keys: ['k3', 'k1'] } }))).toEqual(['k1', 'k3']);
    expect(keys(await tailed({ filter: { types: ['Measured'] } }))).toEqual(['k0', 'k1', 'k7']);
    expect(keys(await tailed({ filter: { headers: { hue: 'blue' } } }))).toEqual(['k1']);
    expect(keys(await tailed({ filter: { headers: { hue: '' } } }))).toEqual(['k0', 'k1']);
    const of = (text: string) => ({ filter: { expression: parseExpression(text) } });
    expect(keys(await tailed(of('data.n > 5')))).toEqual(['k7']);
    expect(keys(await tailed(of('type == "Measured" && offset < 1')))).toEqual(['k0']);
    expect(keys(await tailed({ ...of('data.n >= 5'), limit: 1 }))).toEqual(['k1']);
  });

  it('begins at an offset, at a time, or so many before the end', async () => {
    expect(keys(await tailed({ from: { at: 'offset', offset: 6 } }))).toEqual(['k6', 'k7']);
    expect(keys(await tailed({ from: { at: 'time', time: began - 1 } }))).toHaveLength(8);
    expect(keys(await tailed({ from: { at: 'time', time: Date.now() + 60_000 } }))).toEqual([]);
    const filter = { types: ['Measured'] };
    expect(keys((await lastOf(connection, { topics: [name], filter }, 3)).records)).toEqual([
      'k1',
      'k7',
      'k8',
    ]);
    expect(keys((await lastOf(connection, { topics: [name] }, 99)).records)).toHaveLength(9);
  });

  it('names the topic that is meant by a wrong name', async () => {
    await expect(tailed({ topics: [name.replace('console', 'consle')] })).rejects.toThrow(
      `Did you mean ${name}?`,
    );
  });
});

it('tells what a topic holds', async () => {
  expect(await topicFacts(connection, [name])).toMatchObject([
    { name, kind: undefined, partitions: 2, records: 9, retentionMs: -1, cleanup: 'delete' },
  ]);
  const [facts] = await topicFacts(connection, [name]);
  expect(facts?.bytes).toBeGreaterThan(9 * 60);
  expect(facts?.perSecond).toBeGreaterThan(0);
});

it('tells a group’s lag, and resets the offsets of one that nobody is in', async () => {
  const group = `${name}-group`;
  const member = await joinWithOffsets(group, 6);
  const lag = await lagOf(connection, group);
  expect(lag).toMatchObject([
    { group, shard: `${group}:0`, owner: 'console-test', records: 2, topics: [{ at: 6, end: 8 }] },
    { shard: `${group}:1`, records: 0, seconds: 0 },
  ]);
  expect(lag[0]?.seconds).toBeGreaterThan(0);
  const plan = await planReset(connection, { group, to: { at: 'offset', offset: 2 } });
  expect(plan).toEqual([
    { topic: name, partition: 0, from: 6, to: 2 },
    // Beyond the partition's end there is nothing to begin at.
    { topic: name, partition: 1, from: 1, to: 1 },
  ]);
  expect((await lagOf(connection, group))[0]?.topics[0]?.at).toBe(6);
  await expect(applyReset(connection, group, plan)).rejects.toThrow(/is Stable with 1 members/);
  await member.close();
  await applyReset(connection, group, plan);
  expect((await lagOf(connection, group))[0]?.topics[0]?.at).toBe(2);
});

it('leaves no group behind', async () => {
  const groups = await connection.inspector.groups();
  const clients = groups.flatMap(({ members }) => members.map(({ clientId }) => clientId));
  expect(clients).not.toContain('hail-console');
  expect(groups.map(({ group }) => group).filter((id) => id.includes(name))).toEqual([
    `${name}-group`,
  ]);
});

async function joinWithOffsets(groupId: string, offset: number) {
  const joined = Promise.withResolvers<void>();
  const member = await joinGroup(
    kafka,
    { groupId, topics: [name] },
    { assigned: () => joined.resolve(), records() {}, failed: joined.reject },
  );
  await joined.promise;
  member.commit([
    { topic: name, partition: 0, offset },
    { topic: name, partition: 1, offset: 1 },
  ]);
  await expect.poll(() => connection.inspector.committed(groupId, [name])).toHaveLength(2);
  return member;
}
