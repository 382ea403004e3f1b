/**
 * Measures the sides of a comparison in turn, A B A B …, `rounds` times each, after a round that does
 * not count (unless `warmUp` is false). What each side gave comes back by its name, in the order of the
 * rounds.
 */
export async function inTurn<Side extends string, T>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<T> | T>>,
  { warmUp = true }: { readonly warmUp?: boolean } = {},
): Promise<Readonly<Record<Side, readonly T[]>>> {
  const names = Object.keys(sides) as Side[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Side, T[]>;
  for (let round = warmUp ? -1 : 0; round < rounds; round += 1) {
    for (const name of names) {
      const value = await sides[name]();
      if (round >= 0) measured[name].push(value);
    }
  }
  return measured;
}
