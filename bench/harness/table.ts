import type { Floor, Row } from './bench.ts';
import { ratios, spreadOf } from './statistics.ts';

const HEAD = ['what', 'median', 'min–max', 'floor', 'ratio, pair by pair'] as const;

/** The figures of a bench for a person: one line each, columns aligned. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whether every round's median keeps to the floor; `undefined` without one. */
export function keeps({ values, floor }: Row): boolean | undefined {
  if (floor === undefined) return undefined;
  const { median } = spreadOf(values);
  return 'atMost' in floor ? median <= floor.atMost : median >= floor.atLeast;
}

function cells(row: Row): string[] {
  const { median, min, max } = spreadOf(row.values);
  return [
    row.what,
    `${figure(median)} ${row.unit}`.trim(),
    row.values.length > 1 ? `${figure(min)}–${figure(max)}` : '',
    row.floor === undefined ? '' : `${limit(row.floor)} ${keeps(row) ? 'kept' : 'MISSED'}`,
    row.against === undefined ? '' : ratio(row.values, row.against),
  ];
}

const limit = (floor: Floor): string =>
  'atMost' in floor ? `≤ ${figure(floor.atMost)}` : `≥ ${figure(floor.atLeast)}`;

function ratio(values: readonly number[], against: NonNullable<Row['against']>): string {
  const { median, min, max } = spreadOf(ratios(values, against.values));
  return `${figure(median)} × ${against.what} (${figure(min)}–${figure(max)})`;
}

/** Three digits are all that a measurement is worth. */
function figure(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
