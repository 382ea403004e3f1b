/** What several rounds of one measurement gave. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws when there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? min;
  const high = sorted[Math.floor(middle)] ?? max;
  return { median: (low + high) / 2, min, max };
}

/**
 * What was measured divided by what was measured beside it, round by round: what disturbs the machine
 * for a while disturbs both, and leaves their ratio alone.
 *
 * @throws when there are not as many of the one as of the other
 */
export function ratios(values: readonly number[], against: readonly number[]): readonly number[] {
  if (values.length !== against.length) {
    throw new Error(`${values.length} rounds cannot be compared with ${against.length}`);
  }
  return values.map((value, i) => value / (against[i] as number));
}
