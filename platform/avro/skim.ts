import { Cursor } from './cursor.ts';
import { UndecodableError } from './errors.ts';
import { type Definition, fullNameOf, isUnion, namespaceWithin, type Schema } from './schema.ts';

/**
 * Walks over a message from `position` without building anything. Throws {@link UndecodableError}
 * unless it is exactly one well-formed value of bounded size, after which decoding it is safe.
 */
export type Skim = (buffer: Buffer, position: number) => void;

type Step = (cursor: Cursor) => void;

/** The skimmer of a schema. Throws an Error if the schema is malformed. */
export function compileSkim(schema: Schema): Skim {
  const step = compile(schema, undefined, new Map());
  return (buffer, position) => {
    const cursor = new Cursor(buffer, position);
    step(cursor);
    const left = buffer.length - cursor.position;
    if (left !== 0) throw new UndecodableError(`${left} bytes after the end of the record`);
  };
}

function compile(
  schema: Schema,
  namespace: string | undefined,
  named: Map<string, { step?: Step }>,
): Step {
  if (isUnion(schema)) {
    const branches = schema.map((branch) => compile(branch, namespace, named));
    return (cursor) => branches[cursor.index(branches.length)]?.(cursor);
  }
  if (typeof schema === 'string') {
    const primitive = PRIMITIVES[schema];
    if (primitive !== undefined) return primitive;
    const definition = named.get(fullNameOf(schema, namespace));
    if (definition === undefined) throw new Error(`unknown Avro type ${schema}`);
    return (cursor) => cursor.within(() => definition.step?.(cursor));
  }
  if (typeof schema.type !== 'string') return compile(schema.type, namespace, named);
  if (schema.name === undefined) return compileUnnamed(schema, schema.type, namespace, named);
  const inner = namespaceWithin(schema, namespace);
  const slot: { step?: Step } = {};
  named.set(fullNameOf(schema.name, inner), slot);
  slot.step = compileNamed(schema, schema.type, inner, named);
  return slot.step;
}

function compileUnnamed(
  schema: Definition,
  type: string,
  namespace: string | undefined,
  named: Map<string, { step?: Step }>,
): Step {
  if (type === 'array' && schema.items !== undefined) {
    const item = compile(schema.items, namespace, named);
    return (cursor) => cursor.blocks(() => item(cursor));
  }
  if (type === 'map' && schema.values !== undefined) {
    const value = compile(schema.values, namespace, named);
    return (cursor) =>
      cursor.blocks(() => {
        cursor.bytes();
        value(cursor);
      });
  }
  return compile(type, namespace, named);
}

function compileNamed(
  schema: Definition,
  type: string,
  namespace: string | undefined,
  named: Map<string, { step?: Step }>,
): Step {
  if (type === 'enum') {
    const end = schema.symbols?.length ?? 0;
    return (cursor) => void cursor.index(end);
  }
  if (type === 'fixed') {
    const size = schema.size ?? 0;
    return (cursor) => cursor.skip(size);
  }
  if (schema.fields === undefined) return compile(type, namespace, named);
  const fields = schema.fields.map((field) => compile(field.type, namespace, named));
  return (cursor) => {
    for (const field of fields) field(cursor);
  };
}

const PRIMITIVES: Readonly<Record<string, Step>> = {
  null: () => undefined,
  boolean: (cursor) => {
    const byte = cursor.buffer[cursor.position];
    cursor.skip(1);
    if (byte !== 0 && byte !== 1) throw new UndecodableError(`${byte} is not a boolean`);
  },
  int: (cursor) => void cursor.int(),
  long: (cursor) => void cursor.long(),
  float: (cursor) => cursor.skip(4),
  double: (cursor) => cursor.skip(8),
  bytes: (cursor) => cursor.bytes(),
  string: (cursor) => cursor.bytes(),
};
