import fc from 'fast-check';
import { type Definition, isUnion, type Schema } from './schema.ts';

/** For tests: any value of a self-contained schema whose named types are records and enums. */
export function arbitraryOf(
  schema: Schema,
  named = new Map<string, Definition>(),
): fc.Arbitrary<unknown> {
  if (isUnion(schema)) return fc.oneof(...schema.map((branch) => arbitraryOf(branch, named)));
  if (typeof schema === 'string') {
    const definition = named.get(schema);
    return definition === undefined ? primitive(schema) : arbitraryOf(definition, named);
  }
  if (schema.name !== undefined) {
    named.set(`${schema.namespace}.${schema.name}`, schema);
  }
  if (schema.symbols !== undefined) return fc.constantFrom(...schema.symbols);
  if (schema.items !== undefined)
    return fc.array(arbitraryOf(schema.items, named), { maxLength: 5 });
  if (schema.fields !== undefined) {
    const fields = schema.fields.map((field) => [field.name, arbitraryOf(field.type, named)]);
    return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
  }
  return arbitraryOf(schema.type, named);
}

function primitive(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case 'long':
      return fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 });
    case 'double':
      return fc.double();
    case 'string':
      return fc.string({ unit: 'binary' });
    default:
      throw new Error(`no arbitrary for the Avro type ${type}`);
  }
}
