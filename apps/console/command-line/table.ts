import { stripVTControlCharacters } from 'node:util';
import type { Output } from './output.ts';

/** A column of a table. Without `right` its texts begin at the left. */
export interface Column<Row> {
  readonly title: string;
  readonly right?: boolean;
  readonly text: (row: Row) => string;
}

/**
 * Lines of a table: columns aligned for a terminal; otherwise separated by tabs, so that `cut` and `awk` find
 * them. The titles come first in both.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { isTerminal, paint }: Pick<Output, 'isTerminal' | 'paint'>,
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const titles = columns.map(({ title }) => title);
  if (!isTerminal) return [titles, ...cells].map((line) => line.join('\t'));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => width(line[i] ?? ''))),
  );
  const lay = (line: readonly string[]) =>
    line
      .map((text, i) => {
        const gap = ' '.repeat((widths[i] ?? 0) - width(text));
        return columns[i]?.right ? gap + text : text + gap;
      })
      .join('  ')
      .trimEnd();
  return [paint('bold', lay(titles)), ...cells.map(lay)];
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
