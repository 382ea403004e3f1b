import { type Definition, fullNameOf, isUnion, namespaceWithin, type Schema } from './schema.ts';

/** Why one version of a schema cannot read what the other wrote. */
export interface Difference {
  /** Path of the field, for example `quote.currency`; empty for the record itself. */
  readonly field: string;
  readonly what: string;
}

/**
 * The first thing that keeps data of either version from being read with the other: a field that
 * came or went without a default, or a changed type. `undefined` if nothing is found.
 */
export function firstDifference(before: Schema, after: Schema): Difference | undefined {
  return compare(resolve(before), resolve(after), '');
}

function compare(before: Schema, after: Schema, field: string): Difference | undefined {
  if (isUnion(before) && isUnion(after)) {
    if (describe(before) !== describe(after)) return changed(before, after, field);
    return first(before.map((branch, i) => () => compare(branch, after[i] ?? 'null', field)));
  }
  if (describe(before) !== describe(after)) return changed(before, after, field);
  if (isUnion(before) || isUnion(after)) return undefined;
  if (typeof before === 'string' || typeof after === 'string') return undefined;
  if (before.symbols !== undefined && after.symbols !== undefined) {
    return compareSymbols(before.symbols, after.symbols, field);
  }
  if (before.items !== undefined && after.items !== undefined) {
    return compare(before.items, after.items, field);
  }
  if (before.values !== undefined && after.values !== undefined) {
    return compare(before.values, after.values, field);
  }
  return compareFields(before, after, field);
}

function compareFields(before: Definition, after: Definition, path: string) {
  const old = new Map(before.fields?.map((field) => [field.name, field]));
  const now = new Map(after.fields?.map((field) => [field.name, field]));
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  return first([
    ...[...now.values()].map((field) => (): Difference | undefined => {
      const was = old.get(field.name);
      if (was !== undefined) return compare(was.type, field.type, within(field.name));
      if ('default' in field) return undefined;
      return { field: within(field.name), what: 'was added without a default' };
    }),
    ...[...old.values()].map((field) => (): Difference | undefined => {
      if (now.has(field.name) || 'default' in field) return undefined;
      return { field: within(field.name), what: 'was removed though it had no default' };
    }),
  ]);
}

function compareSymbols(before: readonly string[], after: readonly string[], field: string) {
  const added = after.filter((symbol) => !before.includes(symbol)).map((symbol) => `+${symbol}`);
  const removed = before.filter((symbol) => !after.includes(symbol)).map((symbol) => `-${symbol}`);
  const symbols = [...added, ...removed];
  if (symbols.length === 0) return undefined;
  return { field, what: `changed its symbols (${symbols.join(', ')})` };
}

function changed(before: Schema, after: Schema, field: string): Difference {
  return { field, what: `changed from ${describe(before)} to ${describe(after)}` };
}

function describe(schema: Schema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return `[${schema.map(describe).join(', ')}]`;
  return schema.name ?? describe(schema.type);
}

function first(checks: readonly (() => Difference | undefined)[]): Difference | undefined {
  for (const check of checks) {
    const difference = check();
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Puts definitions in the place of names, except where a record contains itself. */
function resolve(schema: Schema): Schema {
  const definitions = new Map<
    string,
    { readonly definition: Definition; readonly namespace: string | undefined }
  >();
  const visit = (at: Schema, namespace: string | undefined, open: readonly string[]): Schema => {
    if (isUnion(at)) return at.map((branch) => visit(branch, namespace, open));
    if (typeof at === 'string') {
      const name = fullNameOf(at, namespace);
      const known = definitions.get(name);
      if (known === undefined || open.includes(name)) return known === undefined ? at : name;
      return visit(known.definition, known.namespace, open);
    }
    if (at.name === undefined && typeof at.type !== 'string')
      return visit(at.type, namespace, open);
    const inner = namespaceWithin(at, namespace);
    const name = at.name === undefined ? undefined : fullNameOf(at.name, inner);
    const within = name === undefined ? open : [...open, name];
    if (name !== undefined) definitions.set(name, { definition: at, namespace });
    return {
      type: at.type,
      ...(name === undefined ? {} : { name }),
      ...(at.symbols === undefined ? {} : { symbols: at.symbols }),
      ...(at.items === undefined ? {} : { items: visit(at.items, inner, within) }),
      ...(at.values === undefined ? {} : { values: visit(at.values, inner, within) }),
      ...(at.fields === undefined
        ? {}
        : { fields: at.fields.map((f) => ({ ...f, type: visit(f.type, inner, within) })) }),
    };
  };
  return visit(schema, undefined, []);
}
