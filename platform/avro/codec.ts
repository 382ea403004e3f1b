import type { Codec } from '../log/ports.ts';
import { createEncoder, type Encode, MAX_MESSAGE_BYTES } from './encoder.ts';
import { UndecodableError } from './errors.ts';
import type { SchemaRegistry } from './registry.ts';
import type { Schema } from './schema.ts';
import { readSchemaId } from './wire-format.ts';
import { avscType, prepareWriterSchema, type WriterSchema } from './writer-schema.ts';

/** The process's own version of a record. */
export interface KnownSchema {
  readonly fullName: string;
  /** Self-contained. */
  readonly schema: Schema;
}

export interface CodecOptions {
  readonly registry: SchemaRegistry;
  /** By short name. What is read of these records comes in this version, whichever wrote it. */
  readonly schemas: ReadonlyMap<string, KnownSchema>;
}

/** Avro in Confluent's wire format. */
export interface AvroCodec extends Codec {
  /**
   * Registers the records that this process will encode, under their full names as subjects, each
   * FULL_TRANSITIVE. Waits while the registry is away; rejects with `SchemaRefusedError`.
   */
  register(types: readonly string[]): Promise<void>;
}

const REGISTER_AT_ONCE = 8;

/**
 * Turns messages into bytes and back.
 *
 * - `encode` needs the type registered and throws `UnencodableError`, naming the field.
 * - `decode` needs the schema learned (`typeOf` tells) and throws `UndecodableError`. Whatever the
 *   bytes claim, it takes time and memory linear in their number, and accepts at most 1 MiB of them.
 */
export function createCodec({ registry, schemas }: CodecOptions): AvroCodec {
  const encoders = new Map<string, Encode>();
  const writers = new Map<number, WriterSchema | UndecodableError>();
  const fetching = new Map<number, Promise<void>>();
  const typeByFullName = new Map([...schemas].map(([type, { fullName }]) => [fullName, type]));

  function known(type: string): KnownSchema {
    const schema = schemas.get(type);
    if (schema === undefined) throw new Error(`no schema is called ${type}`);
    return schema;
  }

  function readerOf(fullName: string) {
    const type = typeByFullName.get(fullName);
    return type === undefined ? undefined : { type, reader: avscType(known(type).schema) };
  }

  async function registerOne(type: string): Promise<void> {
    const { fullName, schema } = known(type);
    await registry.setCompatibility(fullName, 'FULL_TRANSITIVE');
    encoders.set(type, createEncoder(type, schema, await registry.register(fullName, schema)));
  }

  async function fetchWriter(id: number): Promise<void> {
    const schema = await registry.schemaById(id);
    if (schema === undefined) throw new UndecodableError(`the registry has no schema ${id}`);
    writers.set(id, prepared(schema));
  }

  function prepared(schema: Schema): WriterSchema | UndecodableError {
    try {
      return prepareWriterSchema(schema, readerOf);
    } catch (error) {
      return error as UndecodableError;
    }
  }

  return {
    async register(types) {
      const left = types.filter((type) => !encoders.has(type));
      const worker = async () => {
        for (let type = left.pop(); type !== undefined; type = left.pop()) await registerOne(type);
      };
      await Promise.all(Array.from({ length: REGISTER_AT_ONCE }, worker));
    },
    encode(type, data) {
      const encode = encoders.get(type);
      if (encode === undefined) throw new Error(`${type} is not registered for writing`);
      return encode(data);
    },
    fullName: (type) => known(type).fullName,
    typeOf(value) {
      try {
        const writer = writers.get(readSchemaId(value));
        return writer instanceof UndecodableError ? undefined : writer?.type;
      } catch {
        return undefined;
      }
    },
    async learn(value) {
      const id = readSchemaId(value);
      if (!writers.has(id)) {
        const pending = fetching.get(id) ?? fetchWriter(id).finally(() => fetching.delete(id));
        fetching.set(id, pending);
        await pending;
      }
      const writer = writers.get(id);
      if (writer instanceof UndecodableError) throw writer;
    },
    decode(value) {
      if (value.length > MAX_MESSAGE_BYTES) {
        throw new UndecodableError(`${value.length} bytes are more than ${MAX_MESSAGE_BYTES}`);
      }
      const id = readSchemaId(value);
      const writer = writers.get(id);
      if (writer === undefined) throw new UndecodableError(`schema ${id} has not been learned`);
      if (writer instanceof UndecodableError) throw writer;
      return { type: writer.type, data: writer.decode(value) };
    },
  };
}
