import type { NextModel } from '../../platform/redis/next-model.ts';
import { compareViews, type Difference } from './difference.ts';

/** An aggregate whose living model is not what its log says. */
export interface Differing {
  readonly id: string;
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly differing: number;
  /** Ids whose living documents have later events than what was compared with. */
  readonly moved: readonly string[];
}

/**
 * Compares all that the two models hold, while the living one may be in use. `found` is called once for
 * every id that differs.
 *
 * @param built the offset up to which the next model was built
 */
export async function compareModels(
  model: NextModel,
  built: number,
  sets: readonly string[],
  found: (differing: Differing) => void,
): Promise<Comparison> {
  const differing = new Set<string>();
  const moved = new Set<string>();
  for (const which of ['next', 'living'] as const) {
    for await (const page of model.ids(which, sets)) {
      const result = await compareIds(model, page, built, sets, (one) => {
        if (!differing.has(one.id)) found(one);
        differing.add(one.id);
      });
      for (const id of result) moved.add(id);
    }
  }
  return { differing: differing.size, moved: [...moved.difference(differing)] };
}

/** Compares some; returns those that cannot be compared yet. */
export async function compareIds(
  model: NextModel,
  ids: readonly string[],
  built: number,
  sets: readonly string[],
  found: (differing: Differing) => void,
): Promise<readonly string[]> {
  const [living, rebuilt] = await Promise.all([
    model.views('living', ids, sets),
    model.views('next', ids, sets),
  ]);
  const moved: string[] = [];
  for (const [i, id] of ids.entries()) {
    const [a, b] = [living[i], rebuilt[i]];
    if (a === undefined || b === undefined) continue;
    const differences = compareViews(a, b, built);
    if (differences === 'moved') moved.push(id);
    else if (differences.length > 0) found({ id, differences });
  }
  return moved;
}
