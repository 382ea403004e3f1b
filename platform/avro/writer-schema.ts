import avsc, { type Type } from 'avsc';
import { UndecodableError } from './errors.ts';
import { fullNameOf, isUnion, type Schema } from './schema.ts';
import { compileSkim } from './skim.ts';
import { HEADER_BYTES } from './wire-format.ts';

/** How to read what was written with one schema of the registry. */
export interface WriterSchema {
  readonly type: string;
  /** The record's data, from a whole message with its header. Throws {@link UndecodableError}. */
  decode(message: Buffer): object;
}

/** The avsc type of a schema: no wrapped unions, times and longs as numbers, values without methods. */
export function avscType(schema: Schema): Type {
  return avsc.Type.forSchema(schema as Parameters<typeof avsc.Type.forSchema>[0], {
    omitRecordMethods: true,
  });
}

/**
 * Prepares reading from `schema`, resolved to the reader's own version of the same record. A record
 * that `readerOf` does not know is read as it was written. Throws {@link UndecodableError} if the
 * two versions cannot be resolved.
 */
export function prepareWriterSchema(
  schema: Schema,
  readerOf: (fullName: string) => { readonly type: string; readonly reader: Type } | undefined,
): WriterSchema {
  try {
    const name = recordName(schema);
    const writer = avscType(schema);
    const known = readerOf(name);
    const reader = known?.reader ?? writer;
    const resolver = reader.equals(writer) ? undefined : reader.createResolver(writer);
    const skim = compileSkim(schema);
    return {
      type: known?.type ?? name.slice(name.lastIndexOf('.') + 1),
      decode(message) {
        try {
          skim(message, HEADER_BYTES);
          const { value, offset } = reader.decode(message, HEADER_BYTES, resolver);
          if (offset !== message.length) throw new UndecodableError('the record ends elsewhere');
          return value;
        } catch (error) {
          throw undecodable(`not a ${name}`, error);
        }
      },
    };
  } catch (error) {
    throw undecodable('the schema it was written with cannot be used', error);
  }
}

function recordName(schema: Schema): string {
  if (typeof schema === 'object' && !isUnion(schema)) {
    if (schema.type === 'record' && schema.name !== undefined) {
      return fullNameOf(schema.name, schema.namespace);
    }
  }
  throw new UndecodableError('the schema is not a record');
}

function undecodable(what: string, error: unknown): UndecodableError {
  return new UndecodableError(`${what}: ${(error as Error).message}`, { cause: error });
}
