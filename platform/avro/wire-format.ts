import { UndecodableError } from './errors.ts';

/** Confluent's wire format: a zero byte, the schema's id as a big-endian int32, the Avro body. */
export const HEADER_BYTES = 5;

const MAGIC = 0;

/** Writes the header at the start of `buffer`. */
export function writeHeader(buffer: Buffer, schemaId: number): void {
  buffer.writeUInt8(MAGIC, 0);
  buffer.writeInt32BE(schemaId, 1);
}

/** The id of the schema that `buffer` was written with. Throws {@link UndecodableError}. */
export function readSchemaId(buffer: Buffer): number {
  if (buffer.length < HEADER_BYTES) {
    throw new UndecodableError(`${buffer.length} bytes are too few for the Confluent wire format`);
  }
  if (buffer[0] !== MAGIC) {
    throw new UndecodableError(
      `the first byte is ${buffer[0]}, not 0: not the Confluent wire format`,
    );
  }
  const id = buffer.readInt32BE(1);
  if (id < 0) throw new UndecodableError(`the schema id ${id} is negative`);
  return id;
}
