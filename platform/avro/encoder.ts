import type { Type } from 'avsc';
import { UnencodableError } from './errors.ts';
import type { Schema } from './schema.ts';
import { compileSkim } from './skim.ts';
import { HEADER_BYTES, writeHeader } from './wire-format.ts';
import { avscType } from './writer-schema.ts';

/** The longest message, header included, in bytes. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Writes records of one type. Throws {@link UnencodableError}. */
export type Encode = (data: object) => Buffer;

/** Shared by all encoders: encoding is synchronous, and the message is copied out at its end. */
let pool = Buffer.allocUnsafeSlow(65_536);

/** The encoder of a record, under the id that the registry gave its schema. */
export function createEncoder(type: string, schema: Schema, schemaId: number): Encode {
  const avsc = avscType(schema);
  const skim = compileSkim(schema);
  return (data) => {
    const length = write(type, avsc, data);
    writeHeader(pool, schemaId);
    const message = Buffer.from(pool.subarray(0, length));
    assertDecodable(() => skim(message, HEADER_BYTES), type);
    return message;
  };
}

/** Encodes `data` behind the space for the header; returns the length of the whole message. */
function write(type: string, avsc: Type, data: object): number {
  for (;;) {
    const end = encodeInto(type, avsc, data);
    if (end >= 0) return end;
    const needed = pool.length - end;
    if (needed > MAX_MESSAGE_BYTES) {
      throw new UnencodableError(type, '', `${needed} bytes are more than ${MAX_MESSAGE_BYTES}`);
    }
    pool = Buffer.allocUnsafeSlow(Math.min(MAX_MESSAGE_BYTES, needed * 2));
  }
}

function encodeInto(type: string, avsc: Type, data: object): number {
  try {
    return avsc.encode(data, pool, HEADER_BYTES);
  } catch (error) {
    const { field, reason } = firstFault(avsc, data) ?? {
      field: '',
      reason: (error as Error).message,
    };
    throw new UnencodableError(type, field, reason, { cause: error });
  }
}

/**
 * What no reader would accept must not be written, since it would stay in the log for ever: overlong
 * collections, and longs beyond 2^52, which avsc writes as another number.
 */
function assertDecodable(skim: () => void, type: string): void {
  try {
    skim();
  } catch (error) {
    throw new UnencodableError(type, '', (error as Error).message, { cause: error });
  }
}

function firstFault(avsc: Type, data: object): { field: string; reason: string } | undefined {
  let fault: { field: string; reason: string } | undefined;
  avsc.isValid(data, {
    errorHook: (path, value, expected) => {
      fault ??= { field: path.join('.'), reason: `${show(value)} is not ${nameOf(expected)}` };
    },
  });
  return fault;
}

function nameOf(type: Type): string {
  return type.name ?? type.typeName.replace(/^union:.*/, `one of ${type.toString()}`);
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
