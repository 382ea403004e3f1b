import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotate, type Span } from './annotate.ts';
import type { Schema } from './schema.ts';
import { writeHeader } from './wire-format.ts';
import { avscType } from './writer-schema.ts';

const schema = {
  type: 'record',
  name: 'Sample',
  namespace: 'test',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'ok', type: 'boolean' },
    {
      name: 'where',
      type: { type: 'record', name: 'Place', fields: [{ name: 'x', type: 'double' }] },
    },
    { name: 'next', type: ['null', 'Place'] },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'list', type: { type: 'array', items: 'int' } },
    { name: 'words', type: { type: 'map', values: 'string' } },
    { name: 'raw', type: 'bytes' },
    { name: 'four', type: { type: 'fixed', name: 'Four', size: 4 } },
  ],
} as unknown as Schema;

const value = {
  id: 'hé',
  at: 1_795_538_361_464,
  ok: true,
  where: { x: 1.5 },
  next: { x: -2 },
  kind: 'B',
  list: [1, -1],
  words: { a: 'b' },
  raw: Buffer.from([1, 255]),
  four: Buffer.from('abcd'),
};

function message(data: object = value): Buffer {
  const header = Buffer.alloc(5);
  writeHeader(header, 258);
  return Buffer.concat([header, avscType(schema).toBuffer(data)]);
}

const told = (spans: readonly Span[]) =>
  spans.map(({ start, end, path, value }) => `${start}-${end} ${path}: ${value}`);

describe('annotate', () => {
  it('tells what every byte is', () => {
    const { spans, problem } = annotate(schema, message());
    expect(problem).toBeUndefined();
    expect(told(spans)).toEqual([
      '0-1 : 0: Confluent wire format',
      '1-5 : 258',
      '5-6 id: 3 bytes',
      '6-9 id: "hé"',
      '9-15 at: 1795538361464 = 2026-11-24T16:39:21.464Z',
      '15-16 ok: true',
      '16-24 where.x: 1.5',
      '24-25 next: 1: Place',
      '25-33 next.x: -2',
      '33-34 kind: 1: B',
      '34-35 list: 2 elements',
      '35-36 list[0]: 1',
      '36-37 list[1]: -1',
      '37-38 list: 0: end of the array',
      '38-39 words: 1 elements',
      '39-40 words{0}: 1 bytes',
      '40-41 words{0}: "a"',
      '41-42 words{0}: 1 bytes',
      '42-43 words{0}: "b"',
      '43-44 words: 0: end of the map',
      '44-45 raw: 2 bytes',
      '45-47 raw: 01ff',
      '47-51 four: 61626364',
    ]);
  });

  it('tells what stands before bytes that do not fit, and where those begin', () => {
    const cut = annotate(schema, message().subarray(0, 20));
    expect(told(cut.spans).at(-1)).toBe('15-16 ok: true');
    expect(cut.problem).toMatchObject({ at: 16 });
    const long = annotate(schema, Buffer.concat([message(), Buffer.alloc(2)]));
    expect(long.problem).toEqual({ at: 51, message: '2 bytes after the end of the record' });
    expect(annotate(schema, Buffer.from('{"a":1}')).problem).toMatchObject({ at: 0 });
  });

  it('reads blocks that say how long they are', () => {
    const array = { type: 'array', items: 'int' } as const;
    const bytes = Buffer.from([0, 0, 0, 0, 1, 3, 4, 2, 4, 0]);
    expect(told(annotate(array, bytes).spans).slice(2)).toEqual([
      '5-7 : 2 elements in 2 bytes',
      '7-8 [0]: 1',
      '8-9 [1]: 2',
      '9-10 : 0: end of the array',
    ]);
  });

  it('covers whatever bytes it is given without a gap, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const buffer = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), bytes]);
        const { spans, problem } = annotate(schema, buffer);
        for (const [i, span] of spans.entries()) expect(span.start).toBe(spans[i - 1]?.end ?? 0);
        expect(spans.at(-1)?.end).toBe(problem?.at ?? buffer.length);
      }),
    );
  });

  it('agrees with avsc about what avsc has written', () => {
    const data = fc.record({ id: fc.string(), at: fc.integer(), ok: fc.boolean() });
    fc.assert(
      fc.property(data, (some) => {
        const { spans, problem } = annotate(schema, message({ ...value, ...some }));
        expect(problem).toBeUndefined();
        expect(spans.find(({ path }) => path === 'ok')?.value).toBe(String(some.ok));
      }),
    );
  });
});
