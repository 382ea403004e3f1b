import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AvroCodec, createCodec } from './codec.ts';
import { MAX_MESSAGE_BYTES } from './encoder.ts';
import { UndecodableError, UnencodableError } from './errors.ts';
import { type FakeRegistry, startFakeRegistry } from './fake-registry.ts';
import { createSchemaRegistry } from './registry.ts';
import type { Field } from './schema.ts';

const position = {
  type: 'record',
  name: 'Position',
  namespace: 'test',
  fields: [{ name: 'latitude', type: 'double' }],
};
const fields: Field[] = [
  { name: 'id', type: 'string' },
  { name: 'pickup', type: position },
  { name: 'names', type: { type: 'array', items: 'string' } },
  { name: 'at', type: 'long' },
  { name: 'note', type: ['null', 'string'], default: null },
];
const data = {
  id: 'a',
  pickup: { latitude: 48.5 },
  names: ['x', 'y'],
  at: 1_700_000_000_000,
  note: null,
};

let fake: FakeRegistry;
beforeEach(async () => {
  fake = await startFakeRegistry();
});
afterEach(() => fake.close());

function codecWith(...of: Field[]): AvroCodec {
  const schema = { type: 'record', name: 'Thing', namespace: 'test', fields: of };
  const backoff = { initial: 5, maximum: 10 };
  return createCodec({
    registry: createSchemaRegistry({ url: fake.url, backoff }),
    schemas: new Map([['Thing', { fullName: 'test.Thing', schema }]]),
  });
}

async function ready(): Promise<AvroCodec> {
  const codec = codecWith(...fields);
  await codec.register(['Thing']);
  await codec.learn(codec.encode('Thing', data));
  return codec;
}

describe('writing and reading', () => {
  it('brings a message back, framed as Confluent has it', async () => {
    const codec = codecWith(...fields);
    await codec.register(['Thing']);
    const bytes = codec.encode('Thing', data);
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1]);
    expect(codec.typeOf(bytes)).toBeUndefined();
    await codec.learn(bytes);
    expect(codec.typeOf(bytes)).toBe('Thing');
    expect(codec.decode(bytes)).toEqual({ type: 'Thing', data });
    expect(codec.fullName('Thing')).toBe('test.Thing');
  });

  it('registers under the full name, FULL_TRANSITIVE', async () => {
    await codecWith(...fields).register(['Thing']);
    expect(fake.compatibility.get('test.Thing')).toBe('FULL_TRANSITIVE');
    expect(fake.requests).toContain('POST /subjects/test.Thing/versions');
  });

  it('gives every message bytes of its own', async () => {
    const codec = await ready();
    const first = codec.encode('Thing', data);
    codec.encode('Thing', { ...data, id: 'b' });
    expect(codec.decode(first)).toEqual({ type: 'Thing', data });
  });

  it('writes the default of a field that is left out', async () => {
    const codec = await ready();
    const { note, ...rest } = data;
    expect(codec.decode(codec.encode('Thing', rest)).data).toEqual({ ...rest, note });
  });

  it.each([
    ['pickup.latitude', { ...data, pickup: { latitude: 'north' } }],
    ['names.1', { ...data, names: ['x', 3] }],
    ['at', { ...data, at: 0.5 }],
    ['id', { ...data, id: undefined }],
  ])('names %s when the data does not fit', async (field, wrong) => {
    const codec = await ready();
    expect(() => codec.encode('Thing', wrong)).toThrow(UnencodableError);
    expect(() => codec.encode('Thing', wrong)).toThrow(`cannot encode Thing.${field}: `);
  });

  it('grows its buffer for a long message, and refuses what no reader would accept', async () => {
    const codec = await ready();
    const long = { ...data, id: 'é'.repeat(400_000) };
    expect(codec.decode(codec.encode('Thing', long)).data).toEqual(long);
    const longer = { ...data, id: 'x'.repeat(MAX_MESSAGE_BYTES) };
    expect(() => codec.encode('Thing', longer)).toThrow(UnencodableError);
    const many = { ...data, names: new Array(10_001).fill('') };
    expect(() => codec.encode('Thing', many)).toThrow('a collection of 10001 elements');
  });

  it.each([2 ** 52, -(2 ** 52), -(2 ** 52) - 1, 2 ** 53])('refuses the long %d', async (at) => {
    const codec = await ready();
    expect(() => codec.encode('Thing', { ...data, at })).toThrow(UnencodableError);
  });

  it('reads a string with half a surrogate pair, however it was written', async () => {
    const codec = await ready();
    const bytes = codec.encode('Thing', { ...data, id: '\ud800' });
    expect(codec.decode(bytes).data).toMatchObject({ id: expect.stringContaining('\ufffd') });
  });
});

describe('versions', () => {
  const added: Field = { name: 'size', type: 'int', default: 7 };

  it('reads an older version with the default, and a newer one without its field', async () => {
    const older = await ready();
    const newer = codecWith(added, ...fields);
    await newer.register(['Thing']);
    const old = older.encode('Thing', data);
    const now = newer.encode('Thing', { ...data, size: 9 });
    await Promise.all([newer.learn(old), older.learn(now)]);
    expect(newer.decode(old).data).toEqual({ ...data, size: 7 });
    expect(older.decode(now).data).toEqual(data);
  });

  it('asks the registry once, also when asked twice at the same time', async () => {
    const bytes = (await ready()).encode('Thing', data);
    const reader = codecWith(...fields);
    fake.requests.length = 0;
    await Promise.all([reader.learn(bytes), reader.learn(bytes)]);
    await reader.learn(bytes);
    expect(fake.requests).toEqual(['GET /schemas/ids/1']);
  });

  it('reads a record it does not know as it was written', async () => {
    const bytes = (await ready()).encode('Thing', data);
    const registry = createSchemaRegistry({ url: fake.url });
    const stranger = createCodec({ registry, schemas: new Map() });
    await stranger.learn(bytes);
    expect(stranger.decode(bytes)).toEqual({ type: 'Thing', data });
  });

  it('waits for the registry to come back', async () => {
    const bytes = (await ready()).encode('Thing', data);
    const reader = codecWith(...fields);
    fake.outage = 503;
    const learned = reader.learn(bytes);
    await expect
      .poll(() => fake.requests.filter((r) => r.startsWith('GET')).length)
      .toBeGreaterThan(3);
    fake.outage = undefined;
    await learned;
    expect(reader.decode(bytes).data).toEqual(data);
  });

  it.each([
    ['an id that nobody registered', undefined],
    ['a schema that is not Avro', { type: 'nonsense' }],
    ['a schema that is not a record', 'string'],
    [
      'a version without a field that has no default',
      { type: 'record', name: 'test.Thing', fields: [] },
    ],
  ])('gives up on %s', async (_, schema) => {
    const codec = await ready();
    const id = schema === undefined ? 99 : fake.plant(schema);
    const bytes = Buffer.from([0, 0, 0, 0, id, 0]);
    await expect(codec.learn(bytes)).rejects.toThrow(UndecodableError);
    await expect(codec.learn(bytes)).rejects.toThrow(UndecodableError);
    expect(codec.typeOf(bytes)).toBeUndefined();
    expect(() => codec.decode(bytes)).toThrow(UndecodableError);
  });
});
