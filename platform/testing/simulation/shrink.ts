import type { Plan } from './plan.ts';

/** A shorter plan that still fails: takes out actions, halves first, then makes the network even. */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let best = plan;
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; ) {
    let shorter = false;
    for (let i = 0; i < best.actions.length; ) {
      const actions = best.actions.toSpliced(i, size);
      const candidate = { ...best, actions };
      if (await fails(candidate)) {
        best = candidate;
        shorter = true;
      } else i += size;
    }
    if (!shorter || size > 1) size = size === 1 ? 0 : Math.floor(size / 2);
  }
  for (const change of [
    { partitions: 1 },
    { latency: { least: 1, most: 1 } },
    { latency: { least: 2, most: 2 } },
  ]) {
    const candidate = { ...best, ...change };
    if (await fails(candidate)) best = candidate;
  }
  return best;
}
