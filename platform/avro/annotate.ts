import { Cursor } from './cursor.ts';
import { UndecodableError } from './errors.ts';
import { type Definition, fullNameOf, isUnion, namespaceWithin, type Schema } from './schema.ts';
import { HEADER_BYTES, readSchemaId } from './wire-format.ts';

/** Some bytes of a message and what they are. Spans follow each other without gaps. */
export interface Span {
  readonly start: number;
  /** The offset after the last byte. */
  readonly end: number;
  /** Path of the field, such as `offers[0].driverId`; empty for the header and for what is no field. */
  readonly path: string;
  /** What kind of bytes they are, such as `long (timestamp-millis)` or `length of string`. */
  readonly what: string;
  /** The value they stand for, for people. */
  readonly value: string;
}

/** Tells what each byte of a message is, as far as it can be read. */
export interface Annotated {
  readonly spans: readonly Span[];
  /** Why the rest cannot be read, and from which byte on. */
  readonly problem: { readonly at: number; readonly message: string } | undefined;
}

const LONGEST_TEXT = 200;

/**
 * Explains a message in Confluent's wire format byte by byte: magic byte, schema id, then every length,
 * branch and value of the Avro body. Bytes that do not fit the schema end it; what stands before them is told.
 */
export function annotate(schema: Schema, message: Buffer): Annotated {
  const walk = new Walk(message);
  try {
    const id = readSchemaId(message);
    walk.spans.push(
      { start: 0, end: 1, path: '', what: 'magic byte', value: '0: Confluent wire format' },
      { start: 1, end: 5, path: '', what: 'schema id, int32 big-endian', value: String(id) },
    );
    walk.cursor.position = HEADER_BYTES;
    walk.visit(schema, '', undefined);
    const { position } = walk.cursor;
    if (position < message.length) {
      throw new UndecodableError(`${message.length - position} bytes after the end of the record`);
    }
    return { spans: walk.spans, problem: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const at = walk.spans.at(-1)?.end ?? 0;
    return { spans: walk.spans, problem: { at, message: error.message } };
  }
}

class Walk {
  readonly spans: Span[] = [];
  readonly cursor: Cursor;
  readonly #named = new Map<string, Definition>();

  constructor(message: Buffer) {
    this.cursor = new Cursor(message, 0);
  }

  visit(schema: Schema, path: string, namespace: string | undefined): void {
    if (isUnion(schema)) {
      this.#union(schema, path, namespace);
    } else if (typeof schema !== 'string') {
      const inner = namespaceWithin(schema, namespace);
      if (schema.name !== undefined) this.#named.set(fullNameOf(schema.name, inner), schema);
      this.#definition(schema, path, inner);
    } else {
      const definition = this.#named.get(fullNameOf(schema, namespace));
      if (definition === undefined) this.#primitive(schema, path, undefined);
      else {
        const inner = namespaceWithin(definition, namespace);
        this.cursor.within(() => this.#definition(definition, path, inner));
      }
    }
  }

  #definition(schema: Definition, path: string, namespace: string | undefined): void {
    const { type, name = '', fields, symbols, items, values, size = 0 } = schema;
    const { logicalType } = schema as { readonly logicalType?: string };
    if (typeof type !== 'string') {
      this.visit(type, path, namespace);
    } else if (symbols !== undefined) {
      this.#span(path, `enum ${name}, index as zigzag varint`, () => {
        const index = this.cursor.index(symbols.length);
        return `${index}: ${symbols[index]}`;
      });
    } else if (type === 'fixed') {
      this.#span(path, `fixed ${name}`, () => this.#raw(size));
    } else if (items !== undefined) {
      this.#blocks(path, 'array', (i) => this.visit(items, `${path}[${i}]`, namespace));
    } else if (values !== undefined) {
      this.#blocks(path, 'map', (i) => {
        this.#primitive('string', `${path}{${i}}`, undefined);
        this.visit(values, `${path}{${i}}`, namespace);
      });
    } else if (fields !== undefined) {
      for (const { name, type } of fields) {
        this.visit(type, path === '' ? name : `${path}.${name}`, namespace);
      }
    } else {
      this.#primitive(type, path, logicalType);
    }
  }

  #union(branches: readonly Schema[], path: string, namespace: string | undefined): void {
    let index = 0;
    this.#span(path, 'branch of union, zigzag varint', () => {
      index = this.cursor.index(branches.length);
      return `${index}: ${nameOf(branches[index] as Schema)}`;
    });
    this.visit(branches[index] as Schema, path, namespace);
  }

  #blocks(path: string, what: string, element: (index: number) => void): void {
    const { cursor } = this;
    let begin = cursor.position;
    let index = 0;
    cursor.blocks(
      () => {
        element(index);
        index += 1;
        begin = cursor.position;
      },
      (count, size) => {
        const value =
          count === 0
            ? `0: end of the ${what}`
            : `${count} elements${size === undefined ? '' : ` in ${size} bytes`}`;
        this.#push(begin, path, `block of ${what}, zigzag varint`, value);
      },
    );
  }

  #primitive(type: string, path: string, logicalType: string | undefined): void {
    const { cursor } = this;
    const { buffer } = cursor;
    const what = logicalType === undefined ? type : `${type} (${logicalType})`;
    const readers: Readonly<Record<string, () => string>> = {
      boolean: () => String(this.#at(1, (at) => buffer[at] === 1)),
      int: () => String(cursor.int()),
      long: () => {
        const value = cursor.long();
        return `${value}${logicalType === 'timestamp-millis' ? asTime(value) : ''}`;
      },
      float: () => String(this.#at(4, (at) => buffer.readFloatLE(at))),
      double: () => String(this.#at(8, (at) => buffer.readDoubleLE(at))),
    };
    const read = readers[type];
    if (read !== undefined) {
      const coding = { boolean: '', float: ', little-endian', double: ', little-endian' }[type];
      this.#span(path, `${what}${coding ?? ', zigzag varint'}`, read);
    } else if (type === 'bytes' || type === 'string') {
      let length = 0;
      this.#span(path, `length of ${what}, zigzag varint`, () => {
        length = cursor.varint(10);
        return `${length} bytes`;
      });
      if (length === 0) return;
      const show = (at: number) =>
        JSON.stringify(buffer.toString('utf8', at, at + Math.min(length, LONGEST_TEXT)));
      this.#span(path, type === 'string' ? `${what}, UTF-8` : what, () =>
        type === 'bytes' ? this.#raw(length) : this.#at(length, show),
      );
    } else if (type !== 'null') {
      throw new Error(`unknown Avro type ${type}`);
    }
  }

  /** Checks that the bytes are there before they are read. */
  #at<T>(bytes: number, read: (at: number) => T): T {
    const at = this.cursor.position;
    this.cursor.skip(bytes);
    this.cursor.position = at;
    const value = read(at);
    this.cursor.position = at + bytes;
    return value;
  }

  #raw(bytes: number): string {
    const { buffer } = this.cursor;
    return this.#at(bytes, (at) => buffer.toString('hex', at, at + Math.min(bytes, LONGEST_TEXT)));
  }

  #span(path: string, what: string, read: () => string): void {
    const start = this.cursor.position;
    const value = read();
    this.#push(start, path, what, value);
  }

  #push(start: number, path: string, what: string, value: string): void {
    this.spans.push({ start, end: this.cursor.position, path, what, value });
  }
}

function asTime(value: number): string {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? '' : ` = ${time.toISOString()}`;
}

function nameOf(schema: Schema): string {
  if (typeof schema === 'string') return schema;
  if (isUnion(schema)) return 'union';
  return schema.name ?? nameOf(schema.type);
}
