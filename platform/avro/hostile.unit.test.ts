import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UndecodableError } from './errors.ts';
import { prepareWriterSchema } from './writer-schema.ts';

const schema = {
  type: 'record',
  name: 'R',
  namespace: 'test',
  fields: [
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'note', type: ['null', 'string'] },
    { name: 'flag', type: 'boolean' },
    { name: 'count', type: 'int' },
    { name: 'nothings', type: { type: 'array', items: { type: 'array', items: 'null' } } },
    { name: 'names', type: { type: 'map', values: 'bytes' } },
    { name: 'next', type: ['null', 'R'] },
  ],
};
const reader = prepareWriterSchema(schema, () => undefined);

/** Kind A, no note, true, 3, [[null]], {k: ff}, no next. */
const body = [0, 0, 1, 6, 2, 2, 0, 0, 2, 2, 0x6b, 2, 0xff, 0, 0];
const HUGE = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

const decode = (bytes: readonly number[]) => reader.decode(Buffer.from([0, 0, 0, 0, 1, ...bytes]));

it('reads what is well formed', () => {
  expect(decode(body)).toEqual({
    kind: 'A',
    note: null,
    flag: true,
    count: 3,
    nothings: [[null]],
    names: { k: Buffer.from([0xff]) },
    next: null,
  });
});

it.each([
  ['bytes after the end', [...body, 0]],
  ['an early end', body.slice(0, -1)],
  ['an unknown symbol', [4, ...body.slice(1)]],
  ['a negative symbol', [1, ...body.slice(1)]],
  ['an unknown branch', [0, 4, ...body.slice(2)]],
  ['a string longer than the message', [0, 2, ...HUGE]],
  ['a string of negative length', [0, 2, 1, ...body.slice(2)]],
  ['a boolean that is neither', [0, 0, 2, ...body.slice(3)]],
  ['an int beyond 32 bits', [0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x7f, ...body.slice(4)]],
  ['a number without end', [0, 0, 1, ...new Array(20).fill(0xff)]],
  ['a forged count', [0, 0, 1, 6, ...HUGE, 0]],
  ['a forged count within', [0, 0, 1, 6, 2, ...HUGE, 0]],
  ['a block longer than it says', [0, 0, 1, 6, 1, 0, 2, 0, 0, ...body.slice(8)]],
  ['a block size beyond all numbers', [0, 0, 1, 6, 1, ...HUGE, 2, 0, 0, ...body.slice(8)]],
])('refuses %s', (_, bytes) => {
  expect(() => decode(bytes)).toThrow(UndecodableError);
});

it('refuses many small collections of elements without bytes', () => {
  const tenThousand = [0xa0, 0x9c, 0x01];
  const inner = new Array(5_000).fill([...tenThousand, 0]).flat();
  expect(() => decode([0, 0, 1, 6, 0x90, 0x4e, ...inner])).toThrow('in too few bytes');
});

it('refuses records nested too deeply', () => {
  const level = body.slice(0, -1).concat(2);
  const deep = [...new Array(70).fill(level).flat(), ...body];
  expect(() => decode(deep)).toThrow('nested too deeply');
});

it('decodes or refuses any bytes whatever', () => {
  const mutation = fc.record({
    at: fc.nat(body.length - 1),
    remove: fc.nat(3),
    insert: fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 255)), { maxLength: 12 }),
  });
  const mutated = fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
    const bytes = [...body];
    for (const { at, remove, insert } of mutations) bytes.splice(at, remove, ...insert);
    return bytes;
  });
  const random = fc.array(fc.nat(255), { maxLength: 200 });
  fc.assert(
    fc.property(fc.oneof(mutated, random), (bytes) => {
      const start = performance.now();
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(UndecodableError);
      }
      expect(performance.now() - start).toBeLessThan(1_000);
    }),
    { numRuns: 3_000 },
  );
});
