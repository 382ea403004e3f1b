import { isDeepStrictEqual } from 'node:util';
import type { View } from '../../platform/redis/next-model.ts';

/** One field in which the living model is not what the log says; `undefined`: it is not there. */
export interface Difference {
  readonly path: string;
  readonly living: unknown;
  readonly rebuilt: unknown;
}

/**
 * What the living model has of one aggregate against what was rebuilt up to offset `built` of the log.
 * `moved`: the living document has a later event, so that the two cannot be compared yet.
 */
export function compareViews(
  living: View,
  rebuilt: View,
  built: number,
): readonly Difference[] | 'moved' {
  const version = living.document?.version;
  if (version !== undefined && version >= built) return 'moved';
  const fields = differences('document', living.document, rebuilt.document);
  return [
    ...fields,
    ...differences('deadline', living.deadline, rebuilt.deadline),
    ...differences('sets', [...living.sets], [...rebuilt.sets]),
  ];
}

function differences(path: string, living: unknown, rebuilt: unknown): Difference[] {
  if (isDeepStrictEqual(living, rebuilt)) return [];
  if (!isObject(living) || !isObject(rebuilt)) return [{ path, living, rebuilt }];
  const names = new Set([...Object.keys(living), ...Object.keys(rebuilt)]);
  return [...names].flatMap((name) => differences(`${path}.${name}`, living[name], rebuilt[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
