import { afterEach, beforeEach, expect, it } from 'vitest';
import { SchemaRefusedError } from './errors.ts';
import { type FakeRegistry, startFakeRegistry } from './fake-registry.ts';
import { createSchemaRegistry } from './registry.ts';

const backoff = { initial: 5, maximum: 20 };
const schema = {
  type: 'record',
  name: 'Thing',
  namespace: 'test',
  fields: [{ name: 'id', type: 'string' }],
};

let fake: FakeRegistry;
beforeEach(async () => {
  fake = await startFakeRegistry();
});
afterEach(() => fake.close());

it('gives the same schema the same id, and the schema back by its id', async () => {
  const registry = createSchemaRegistry({ url: fake.url });
  const id = await registry.register('test.Thing', schema);
  expect(await registry.register('test.Thing', schema)).toBe(id);
  expect(await registry.schemaById(id)).toEqual(schema);
});

it('says that an id is unknown', async () => {
  expect(await createSchemaRegistry({ url: fake.url }).schemaById(77)).toBeUndefined();
});

it('names subject, field and reason when a schema is refused', async () => {
  const registry = createSchemaRegistry({ url: fake.url });
  await registry.register('test.Thing', schema);
  const wider = { ...schema, fields: [...schema.fields, { name: 'size', type: 'int' }] };
  const refusal = await registry.register('test.Thing', wider).catch((error) => error);
  expect(refusal).toBeInstanceOf(SchemaRefusedError);
  expect(refusal).toMatchObject({
    subject: 'test.Thing',
    field: 'size',
    reason: 'Incompatible: test.Thing',
  });
  expect(refusal.message).toContain('field size was added without a default since version 1');
});

it('waits and says so while the registry is away', async () => {
  fake.outage = 503;
  const said: string[] = [];
  const registry = createSchemaRegistry({ url: fake.url, backoff, onWait: (m) => said.push(m) });
  const id = registry.register('test.Thing', schema);
  await expect.poll(() => said.length).toBeGreaterThan(2);
  expect(said[0]).toContain(`${fake.url}: it answered 503`);
  fake.outage = undefined;
  expect(await id).toBe(1);
});

it('waits while nobody listens, and stops waiting when told to', async () => {
  const { url } = fake;
  await fake.close();
  const stop = new AbortController();
  const said: string[] = [];
  const registry = createSchemaRegistry({
    url,
    backoff,
    onWait: (message) => said.push(message),
    signal: stop.signal,
  });
  const call = registry.schemaById(1);
  await expect.poll(() => said.join()).toContain('ECONNREFUSED');
  stop.abort(new Error('stopping'));
  await expect(call).rejects.toThrow();
});

it('does not wait for an answer that will not change', async () => {
  const registry = createSchemaRegistry({ url: fake.url });
  fake.outage = 404;
  await expect(registry.schemaById(1)).rejects.toThrow('with 404');
});
