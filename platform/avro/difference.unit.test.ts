import { expect, it } from 'vitest';
import { firstDifference } from './difference.ts';
import type { Field } from './schema.ts';

const record = (...fields: Field[]) => ({ type: 'record', name: 'R', namespace: 'n', fields });
const money = (...fields: Field[]) => ({ type: 'record', name: 'Money', namespace: 'n', fields });
const id: Field = { name: 'id', type: 'string' };
const kind = (...symbols: string[]) => ({
  name: 'kind',
  type: { type: 'enum', name: 'Kind', namespace: 'n', symbols },
});

it('lets a field with a default come and go', () => {
  const wider = record(id, { name: 'note', type: ['null', 'string'], default: null });
  expect(firstDifference(record(id), wider)).toBeUndefined();
  expect(firstDifference(wider, record(id))).toBeUndefined();
});

it.each([
  ['added', record(), record(id), 'id', 'was added without a default'],
  ['removed', record(id), record(), 'id', 'was removed though it had no default'],
  ['retyped', record(id), record({ name: 'id', type: 'int' }), 'id', 'changed from string to int'],
  ['symbols', record(kind('A', 'B')), record(kind('A', 'C')), 'kind', 'symbols (+C, -B)'],
  [
    'nested',
    record({ name: 'fee', type: money({ name: 'amount', type: 'int' }) }),
    record({ name: 'fee', type: money({ name: 'amount', type: 'long' }) }),
    'fee.amount',
    'changed from int to long',
  ],
  [
    'behind a name',
    record({ name: 'a', type: money(id) }, { name: 'b', type: 'Money' }),
    record(
      { name: 'b', type: money(id, { name: 'x', type: 'int' }) },
      { name: 'a', type: 'n.Money' },
    ),
    'b.x',
    'was added without a default',
  ],
  [
    'in a list',
    record({ name: 'all', type: { type: 'array', items: money(id) } }),
    record({ name: 'all', type: { type: 'array', items: money() } }),
    'all.id',
    'was removed',
  ],
])('finds what was %s', (_, before, after, field, what) => {
  expect(firstDifference(before, after)).toMatchObject({
    field,
    what: expect.stringContaining(what),
  });
});

it('ends on a record that contains itself', () => {
  const tree = record(id, { name: 'next', type: ['null', 'R'], default: null });
  expect(firstDifference(tree, tree)).toBeUndefined();
});
