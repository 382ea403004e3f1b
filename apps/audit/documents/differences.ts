/** A field that is not what it should be; `path` as in `account.held`. Absent is `undefined`. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Compares two JSON values field by field. A field that is `undefined` counts as absent. */
export function differences(expected: unknown, found: unknown, path = ''): readonly Difference[] {
  if (Object.is(expected, found)) return [];
  if (!isObject(expected) || !isObject(found) || Array.isArray(expected) !== Array.isArray(found))
    return [{ path, expected, found }];
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].flatMap((name) =>
    differences(expected[name], found[name], path === '' ? name : `${path}.${name}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
