const GROWTH = 1.5;
const CLOSE_ENOUGH = 1.1;

/**
 * The largest rate that `holds`, to within a tenth: grows by half until one does not, then narrows down.
 *
 * @param from where to begin; if it does not hold, lower ones are tried
 * @param holds runs the system at so many per second and says whether it keeps up
 * @param enough what is not to be exceeded even if it would hold
 * @returns 0 if not even one per second holds
 */
export async function largestRate(
  from: number,
  holds: (rate: number) => Promise<boolean>,
  enough = Number.POSITIVE_INFINITY,
): Promise<number> {
  let held = 0;
  let failed = Number.POSITIVE_INFINITY;
  let rate = Math.min(from, enough);
  // Rates are whole: between neighbours there is nothing left to try.
  while (failed > held * CLOSE_ENOUGH && rate > held && rate < failed) {
    if (await holds(rate)) held = rate;
    else failed = rate;
    rate = Math.min(enough, nextRate(held, failed));
  }
  return held;
}

function nextRate(held: number, failed: number): number {
  if (failed === Number.POSITIVE_INFINITY) return Math.ceil(held * GROWTH);
  return Math.floor((held + failed) / 2);
}
