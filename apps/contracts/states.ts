import type { Message } from '../../platform/messaging/message.ts';
import {
  type AvroDefinition,
  type AvroSchema,
  type CatalogueEntry,
  isUnion,
} from '../../schemas/catalogue.ts';

/** A state as plain JSON, which is what the read model keeps. */
export type State = { readonly status: string } & Readonly<Record<string, unknown>>;

/** What folding needs to know of an aggregate. */
export interface Folded {
  readonly initialState: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: of any kind of aggregate, with its own events
  evolve(state: any, event: any): unknown;
}

/**
 * States that events lead to, one of each shape, by folding samples of all `events` in all orders: so
 * what a document holds is seen in the fold itself. The initial state is left out: nothing is known yet.
 */
export function reachableStates(
  { initialState, evolve }: Folded,
  events: readonly string[],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): readonly State[] {
  const samples = events.flatMap((type): Message[] => {
    const schema = catalogue.get(type)?.schema ?? 'null';
    return [true, false].map((full) => ({ type, data: sample(schema, full, new Map()) as object }));
  });
  const found = new Map<string, State>();
  const queue = [initialState as State];
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    for (const event of samples) {
      const next = evolve(state, event) as State;
      const shape = JSON.stringify(shapeOf(next)) + next.status;
      if (found.has(shape) || next === initialState) continue;
      found.set(shape, next);
      queue.push(next);
    }
  }
  return [...found.values()];
}

/** A value of a self-contained schema: with everything that may be there, or with as little as may be. */
function sample(schema: AvroSchema, full: boolean, named: Map<string, AvroDefinition>): unknown {
  if (isUnion(schema)) {
    const branch = schema.find((type) => (type === 'null') !== full) ?? schema[0];
    return branch === undefined ? null : sample(branch, full, named);
  }
  if (typeof schema === 'string') {
    const definition = named.get(schema);
    return definition === undefined ? primitive(schema) : sample(definition, full, named);
  }
  if (schema.name !== undefined) named.set(`${schema.namespace}.${schema.name}`, schema);
  if (schema.symbols !== undefined) return schema.symbols[0];
  if (schema.items !== undefined) {
    const item = sample(schema.items, full, named);
    return full ? [item] : [];
  }
  if (schema.fields !== undefined) {
    const fields = schema.fields.map(({ name, type }) => [name, sample(type, full, named)]);
    return Object.fromEntries(fields);
  }
  return sample(schema.type, full, named);
}

function primitive(type: string): unknown {
  if (type === 'null') return null;
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : 1;
}

/** The fields and types of a value; of an array those of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
