import { MAX_MESSAGE_BYTES } from './encoder.ts';
import { UndecodableError } from './errors.ts';
import { type Definition, fullNameOf, isUnion, type Schema } from './schema.ts';
import { compileSkim } from './skim.ts';
import { HEADER_BYTES, readSchemaId } from './wire-format.ts';
import { avscType } from './writer-schema.ts';

/** A value as its writer wrote it. */
export interface AnyValue {
  readonly schemaId: number;
  /** Full name of a record or an enum; for what has no name its kind, such as `string`. */
  readonly name: string;
  readonly data: unknown;
}

/** Decodes whatever the registry has a schema for, catalogued or not, each by its writer's own schema. */
export interface AnyDecoder {
  /** The id of a schema that `decode` needs first, `undefined` if it has it. Throws {@link UndecodableError} for other bytes. */
  missing(value: Buffer): number | undefined;
  /** Fetches a schema; one that does not exist or cannot be used is remembered as such. Rejects when the registry is away. */
  learn(id: number): Promise<void>;
  /** The name of a value's type, without decoding it; `undefined` if its schema is not known or of no use. */
  nameOf(value: Buffer): string | undefined;
  /** Throws {@link UndecodableError}. Time and memory are linear in the number of bytes, at most 1 MiB. */
  decode(value: Buffer): AnyValue;
}

interface Known {
  readonly name: string | undefined;
  readonly decode: (value: Buffer) => AnyValue;
}

export function createAnyDecoder(schemas: {
  schemaById(id: number): Promise<Schema | undefined>;
}): AnyDecoder {
  const known = new Map<number, Known>();
  return {
    missing(value) {
      const id = readSchemaId(value);
      return known.has(id) ? undefined : id;
    },
    nameOf(value) {
      try {
        return known.get(readSchemaId(value))?.name;
      } catch {
        return undefined;
      }
    },
    async learn(id) {
      if (!known.has(id)) known.set(id, prepare(id, await schemas.schemaById(id)));
    },
    decode(value) {
      const schema = known.get(readSchemaId(value));
      if (schema === undefined) throw new UndecodableError('its schema has not been learned');
      return schema.decode(value);
    },
  };
}

function prepare(schemaId: number, schema: Schema | undefined): Known {
  try {
    if (schema === undefined) throw new Error('the registry has no such schema');
    const type = avscType(schema);
    const skim = compileSkim(schema);
    const name = nameOf(schema);
    const decode = (value: Buffer) => {
      if (value.length > MAX_MESSAGE_BYTES) {
        throw new UndecodableError(`${value.length} bytes are more than ${MAX_MESSAGE_BYTES}`);
      }
      skim(value, HEADER_BYTES);
      return { schemaId, name, data: type.decode(value, HEADER_BYTES).value as unknown };
    };
    return { name, decode };
  } catch (cause) {
    const problem = `schema ${schemaId} cannot be used: ${(cause as Error).message}`;
    const decode = () => {
      throw new UndecodableError(problem, { cause });
    };
    return { name: undefined, decode };
  }
}

function nameOf(schema: Schema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return 'union';
  const { name, namespace, type } = schema as Definition;
  return name === undefined ? nameOf(type) : fullNameOf(name, namespace);
}
