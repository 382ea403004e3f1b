import { readdirSync, readFileSync } from 'node:fs';

/** An Avro schema as it stands in JSON: a type's name, a union, or a definition. */
export type AvroSchema = string | readonly AvroSchema[] | AvroDefinition;

/** An array, a logical type, or a named record or enum. */
export interface AvroDefinition {
  readonly type: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly items?: AvroSchema;
  readonly fields?: readonly AvroField[];
  readonly symbols?: readonly string[];
  readonly logicalType?: string;
}

export interface AvroField {
  readonly name: string;
  readonly doc?: string;
  readonly type: AvroSchema;
  readonly default?: unknown;
}

/** A record or an enum of the catalogue. */
export interface CatalogueEntry {
  /** `hail.trip.TripRequested`. */
  readonly fullName: string;
  /** As its file has it: other records and enums are named, not contained. */
  readonly source: AvroDefinition;
  /** Self-contained: whatever it names is defined in full where it is first used. */
  readonly schema: AvroDefinition;
}

/**
 * Reads every `<service>/<Name>.avsc` below `folder` and returns them by short name, sorted by file.
 * Throws if a file's name, folder and record do not agree, if two records share a short name, or if a
 * reference leads nowhere.
 */
export function loadSchemas(folder = import.meta.dirname): Map<string, CatalogueEntry> {
  const sources = readSources(folder);
  const byFullName = new Map(
    [...sources].map(([name, source]) => [`${source.namespace}.${name}`, source]),
  );
  return new Map(
    [...sources].map(([name, source]) => {
      const schema = inline(source, byFullName, new Set()) as AvroDefinition;
      return [name, { fullName: `${source.namespace}.${name}`, source, schema }];
    }),
  );
}

/**
 * A schema in which everything that it names is defined, if need be as the catalogue has it. Throws naming the
 * type that nobody defines.
 */
export function selfContained(
  schema: AvroDefinition,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): AvroSchema {
  const definitions = [...catalogue.values()].map(
    ({ fullName, source }) => [fullName, source] as const,
  );
  return inline(schema, new Map(definitions), new Set());
}

function readSources(folder: string): Map<string, AvroDefinition> {
  const sources = new Map<string, AvroDefinition>();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.avsc'))
    .sort();
  for (const file of files) {
    const source = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as AvroDefinition;
    const [, service, name] = /^(\w+)\/(\w+)\.avsc$/.exec(file) ?? [];
    if (name === undefined || source.name !== name || source.namespace !== `hail.${service}`) {
      throw new Error(
        `schemas/${file} must define ${name ?? 'a record'} in hail.${service ?? '?'}`,
      );
    }
    if (sources.has(name)) throw new Error(`schemas/${file}: there is another ${name} already`);
    sources.set(name, source);
  }
  return sources;
}

const PRIMITIVES = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** Replaces the first reference to each named type by its definition, which is how Avro wants it. */
function inline(
  schema: AvroSchema,
  definitions: ReadonlyMap<string, AvroDefinition>,
  defined: Set<string>,
): AvroSchema {
  if (typeof schema === 'string') {
    if (PRIMITIVES.has(schema) || defined.has(schema)) return schema;
    const definition = definitions.get(schema);
    if (definition === undefined) throw new Error(`no schema defines ${schema}`);
    return inline(definition, definitions, defined);
  }
  if (isUnion(schema)) return schema.map((branch) => inline(branch, definitions, defined));
  if (schema.name !== undefined) defined.add(`${schema.namespace}.${schema.name}`);
  if (schema.items !== undefined) {
    return { ...schema, items: inline(schema.items, definitions, defined) };
  }
  if (schema.fields !== undefined) {
    const fields = schema.fields.map((field) => ({
      ...field,
      type: inline(field.type, definitions, defined),
    }));
    return { ...schema, fields };
  }
  return schema;
}

/** Whether a schema is a union of others. */
export function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
