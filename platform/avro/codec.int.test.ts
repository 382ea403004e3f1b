import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { testBackends } from '../testing/backends.ts';
import { type AvroCodec, createCodec } from './codec.ts';
import { SchemaRefusedError, UndecodableError } from './errors.ts';
import { createSchemaRegistry, type SchemaRegistry } from './registry.ts';
import type { Field } from './schema.ts';

const id: Field = { name: 'id', type: 'string' };
const price: Field = { name: 'price', type: 'long', default: 0 };
const at: Field = { name: 'at', type: 'string' };

/** Each run has a namespace of its own, so that the registry may keep what earlier runs left. */
const namespace = `test.n${randomUUID().replaceAll('-', '')}`;

let registry: SchemaRegistry;
beforeAll(async () => {
  const { schemaRegistryUrl } = testBackends();
  registry = createSchemaRegistry({ url: schemaRegistryUrl });
});

function codecOf(name: string, ...fields: Field[]): AvroCodec {
  const schema = { type: 'record', name, namespace, fields };
  const schemas = new Map([[name, { fullName: `${namespace}.${name}`, schema }]]);
  return createCodec({ registry, schemas });
}

it('lets a field with a default be added: each version reads the other', async () => {
  const older = codecOf('Added', id, at);
  await older.register(['Added']);
  const newer = codecOf('Added', id, price, at);
  await newer.register(['Added']);
  const old = older.encode('Added', { id: 'a', at: 'x' });
  const now = newer.encode('Added', { id: 'b', at: 'y', price: 5 });
  await Promise.all([newer.learn(old), older.learn(now)]);
  expect(newer.decode(old).data).toEqual({ id: 'a', at: 'x', price: 0 });
  expect(older.decode(now).data).toEqual({ id: 'b', at: 'y' });
});

it.each([
  ['Removed', [id, at], [id], 'at'],
  ['Required', [id], [id, at], 'at'],
  ['Retyped', [id, at], [id, { name: 'at', type: 'long' }], 'at'],
])('refuses a version that is %s, naming the field', async (name, before, after, field) => {
  await codecOf(name, ...before).register([name]);
  const refusal = await codecOf(name, ...after)
    .register([name])
    .catch((error) => error);
  expect(refusal).toBeInstanceOf(SchemaRefusedError);
  expect(refusal).toMatchObject({ subject: `${namespace}.${name}`, field });
  expect(refusal.reason).toContain('Incompatible artifact');
});

it('compares with every earlier version, not just the last', async () => {
  await codecOf('Older', id, price).register(['Older']);
  await codecOf('Older', id).register(['Older']);
  const clash: Field = { name: 'price', type: 'string', default: '' };
  await expect(codecOf('Older', id, clash).register(['Older'])).rejects.toMatchObject({
    field: 'price',
  });
});

it('lets many processes register the same record at the same time', async () => {
  const codecs = Array.from({ length: 8 }, () => codecOf('Together', id));
  await Promise.all(codecs.map((codec) => codec.register(['Together'])));
  const headers = codecs.map((codec) => codec.encode('Together', { id: 'a' }).toString('hex'));
  expect(new Set(headers).size).toBe(1);
});

it('gives up on an id that was never handed out', async () => {
  const bytes = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 0]);
  await expect(codecOf('Any', id).learn(bytes)).rejects.toThrow(UndecodableError);
});
