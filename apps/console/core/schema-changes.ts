import { type Definition, isUnion, type Schema } from '../../../platform/avro/schema.ts';

/** One thing in which two schemas differ. `field` is a path such as `quote.currency`; empty for the record itself. */
export interface SchemaChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly field: string;
  /** Of which nature: the field as a whole, its type, its default or its description. */
  readonly aspect: 'field' | 'type' | 'default' | 'doc';
  readonly before: string | undefined;
  readonly after: string | undefined;
}

type Aspects = Readonly<Record<'type' | 'default' | 'doc', string | undefined>>;

/** Every difference, in the order of the fields; the order of fields itself does not count. */
export function changesBetween(before: Schema, after: Schema): readonly SchemaChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])];
  return paths.flatMap((field): readonly SchemaChange[] => {
    const [was, is] = [old.get(field), now.get(field)];
    if (was === undefined || is === undefined) {
      const change = was === undefined ? 'added' : 'removed';
      const show = (aspects: Aspects | undefined) =>
        aspects &&
        `${aspects.type}${aspects.default === undefined ? ', no default' : ` = ${aspects.default}`}`;
      return [{ change, field, aspect: 'field', before: show(was), after: show(is) }];
    }
    return (['type', 'default', 'doc'] as const)
      .filter((aspect) => was[aspect] !== is[aspect])
      .map((aspect) => ({
        change: 'changed',
        field,
        aspect,
        before: was[aspect],
        after: is[aspect],
      }));
  });
}

/** Every field at any depth, by path. A named type is looked into where it is defined. */
function fieldsOf(schema: Schema): ReadonlyMap<string, Aspects> {
  const found = new Map<string, Aspects>();
  const note = (path: string, at: Schema, extra: { default?: unknown; doc?: string }) => {
    const json = extra.default === undefined ? undefined : JSON.stringify(extra.default);
    found.set(path, { type: nameOf(at), default: json, doc: extra.doc });
  };
  const visit = (path: string, at: Schema): void => {
    if (typeof at === 'string') return;
    if (isUnion(at)) {
      for (const branch of at) visit(path, branch);
      return;
    }
    if (at.items !== undefined) visit(`${path}[]`, at.items);
    if (at.values !== undefined) visit(`${path}{}`, at.values);
    if (typeof at.type !== 'string') visit(path, at.type);
    for (const field of at.fields ?? []) {
      const inner = path === '' ? field.name : `${path}.${field.name}`;
      note(inner, field.type, field);
      visit(inner, field.type);
    }
  };
  if (typeof schema === 'object' && !isUnion(schema)) {
    note('', schema, schema as { readonly doc?: string });
  }
  visit('', schema);
  return found;
}

function nameOf(schema: Schema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return schema.map(nameOf).join(' | ');
  const { name, symbols, items, values, type } = schema;
  const { logicalType } = schema as Definition & { readonly logicalType?: string };
  if (symbols !== undefined) return `${name} (${symbols.join(', ')})`;
  if (items !== undefined) return `array of ${nameOf(items)}`;
  if (values !== undefined) return `map of ${nameOf(values)}`;
  if (logicalType !== undefined) return `${nameOf(type)} (${logicalType})`;
  return name ?? nameOf(type);
}
