import { expect, it } from 'vitest';
import { type Column, renderTable } from './table.ts';
import { bytes, retention, time } from './units.ts';

const columns: readonly Column<readonly [string, number]>[] = [
  { title: 'NAME', text: ([name]) => name },
  { title: 'N', right: true, text: ([, n]) => String(n) },
];
const rows = [
  ['a', 1],
  ['longer', 200],
] as const;

it('aligns a table on a terminal, whatever its colours', () => {
  const paint = (_: unknown, text: string) => `\u001b[1m${text}\u001b[22m`;
  const painted = [
    { ...columns[0], text: ([name]: readonly [string, number]) => paint('', name) },
    columns[1],
  ];
  const lines = renderTable(painted as typeof columns, rows, {
    isTerminal: true,
    paint: (_, t) => t,
  });
  expect(lines).toEqual([
    'NAME      N',
    `${paint('', 'a')}         1`,
    `${paint('', 'longer')}  200`,
  ]);
});

it('separates columns by tabs elsewhere', () => {
  const lines = renderTable(columns, rows, { isTerminal: false, paint: (_, text) => text });
  expect(lines).toEqual(['NAME\tN', 'a\t1', 'longer\t200']);
});

it('shows sizes, durations and times', () => {
  expect([0, 999, 1_500, 2_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.0 MB']);
  expect([-1, 604_800_000, 3_600_000, 90_000].map(retention)).toEqual([
    'for ever',
    '7 d',
    '1 h',
    '90 s',
  ]);
  expect(time(0)).toBe('1970-01-01 00:00:00.000');
  expect(time(Number.NaN)).toBe('-');
});
