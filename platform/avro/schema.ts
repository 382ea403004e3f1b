/** An Avro schema as parsed JSON, just as far as this folder looks into it. */
export type Schema = string | readonly Schema[] | Definition;

/** A schema that is an object: a primitive with attributes, a collection, or a named type. */
export interface Definition {
  readonly type: Schema;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: readonly Field[];
  readonly symbols?: readonly string[];
  readonly items?: Schema;
  readonly values?: Schema;
  readonly size?: number;
}

export interface Field {
  readonly name: string;
  readonly type: Schema;
  readonly default?: unknown;
}

export function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema);
}

/** The full name of a named type; a name without dots belongs to `namespace`. */
export function fullNameOf(name: string, namespace: string | undefined): string {
  return name.includes('.') || !namespace ? name : `${namespace}.${name}`;
}

/** The namespace of what a definition contains. */
export function namespaceWithin(definition: Definition, outer: string | undefined) {
  if (definition.name?.includes('.')) {
    return definition.name.slice(0, definition.name.lastIndexOf('.'));
  }
  return definition.namespace ?? outer;
}
