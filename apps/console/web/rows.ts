import type { Shown } from '../core/show.ts';
import type { Row } from './shapes.ts';

const LONGEST_LINE = 300;

/** A record as a line of a list. */
export function rowOf(record: Shown): Row {
  const { topic, partition, offset, timestamp, key, what, type } = record;
  return { topic, partition, offset, timestamp, key, what, type, line: lineOf(record) };
}

function lineOf({ data, text, hex, problem, letter }: Shown): string {
  const value = data === undefined ? (text ?? hex ?? '') : JSON.stringify(data);
  const why = letter?.reason ?? problem;
  return `${why === undefined ? '' : `${why}: `}${value}`.slice(0, LONGEST_LINE);
}
