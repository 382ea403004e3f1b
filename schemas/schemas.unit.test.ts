import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbitraryOf } from '../platform/avro/arbitrary.ts';
import { type AvroCodec, createCodec } from '../platform/avro/codec.ts';
import { UndecodableError } from '../platform/avro/errors.ts';
import { type FakeRegistry, startFakeRegistry } from '../platform/avro/fake-registry.ts';
import { createSchemaRegistry } from '../platform/avro/registry.ts';
import { loadSchemas } from './catalogue.ts';
import { messages, type Topic, topics } from './topics.ts';

const schemas = loadSchemas();
const records = Object.values(messages).flat();

describe('the catalogue', () => {
  it('has each record in one union, and only records that others contain besides', () => {
    expect(new Set(records).size).toBe(records.length);
    const parts = ['Money', 'Position', 'Offer', 'WithdrawnOffer'];
    const defined = [...schemas].filter(([, { schema }]) => schema.type === 'record');
    expect([...records, ...parts].sort()).toEqual(defined.map(([name]) => name).sort());
  });

  it('keys every topic by a field that all its records have', () => {
    for (const { name, key, records } of Object.values<Topic>(topics)) {
      for (const record of records) {
        if (record === 'ShardClaimed') continue;
        const fields = schemas.get(record)?.schema.fields?.map((field) => field.name);
        expect(fields, `${name}: ${record}`).toContain(key);
      }
    }
  });

  it('gives every inbox and stream a place for what cannot be handled', () => {
    const all = Object.values<Topic>(topics);
    const wanted = all.filter(({ kind }) => kind === 'inbox' || kind === 'stream');
    const there = all.filter(({ kind }) => kind === 'dlq');
    expect(there.map(({ name }) => name).sort()).toEqual(wanted.map((t) => `${t.name}.dlq`).sort());
  });

  it('agrees with the generated types', () => {
    const check = spawnSync(process.execPath, [`${import.meta.dirname}/generate.ts`, '--check']);
    expect(check.stderr.toString()).toBe('');
    expect(check.status).toBe(0);
  });
});

describe('every record', () => {
  let fake: FakeRegistry;
  let codec: AvroCodec;
  beforeAll(async () => {
    fake = await startFakeRegistry();
    codec = createCodec({ registry: createSchemaRegistry({ url: fake.url }), schemas });
    await codec.register(records);
  });
  afterAll(() => fake.close());

  it.each(records)('%s comes back as it was, and no mutation of it does harm', async (record) => {
    const arbitrary = arbitraryOf(schemas.get(record)?.schema ?? 'null') as fc.Arbitrary<object>;
    await codec.learn(codec.encode(record, fc.sample(arbitrary, 1)[0] ?? {}));
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.nat(255), (data, at, byte) => {
        const bytes = codec.encode(record, data);
        expect(codec.decode(bytes)).toEqual({ type: record, data });
        if (bytes.length === 5) return;
        bytes[5 + (at % (bytes.length - 5))] = byte;
        try {
          codec.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(UndecodableError);
        }
      }),
      { numRuns: 50 },
    );
  });
});
