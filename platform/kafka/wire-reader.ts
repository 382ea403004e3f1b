import { header } from '../log/headers.ts';
import { KnownTexts } from './known-texts.ts';

/** Headers whose values are few, so that each is made once. */
const fewValues: ReadonlySet<string> = new Set([
  header.specVersion,
  header.type,
  header.source,
  header.replyTopic,
]);

const topics = new KnownTexts();
const names = new KnownTexts();
const values = new KnownTexts();
/** Places of a record that are told apart; no more, whatever a record brings along. */
const PLACES = 32;

/** Reads Kafka's primitive types, and the fields of a record, one after the other. */
export class WireReader {
  readonly bytes: Buffer;
  /** Where the next one begins. */
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Of a header that occurs twice the last value counts; one without a value counts as none. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    const bytes = this.bytes;
    const count = this.varint();
    for (let i = 0; i < count; i += 1) {
      const nth = i % PLACES;
      const nameEnd = this.varint() + this.at;
      const name = names.get(bytes, this.at, nameEnd, nth);
      this.at = nameEnd;
      const length = this.varint();
      const end = this.at + Math.max(0, length);
      if (length >= 0) {
        headers[name] = fewValues.has(name)
          ? values.get(bytes, this.at, end, nth)
          : bytes.toString('utf8', this.at, end);
      }
      this.at = end;
    }
    return headers;
  }

  /** Passes over a key or a value. */
  skip(): this {
    const length = this.varint();
    if (length > 0) this.at += length;
    return this;
  }

  text(): string {
    const length = this.varint();
    return length <= 0 ? '' : this.bytes.toString('utf8', this.at, this.at + length);
  }

  data(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    return this.bytes.subarray(this.at, this.at + length);
  }

  array<T>(read: () => T): T[] {
    const result: T[] = [];
    for (let left = this.int32(); left > 0; left -= 1) result.push(read());
    return result;
  }

  string(): string {
    const length = this.int16();
    const from = this.at;
    this.at += length;
    return topics.get(this.bytes, from, this.at, 0);
  }

  /** A zigzag number of up to 53 bits. */
  varint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.at++] as number;
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    let factor = 128;
    do {
      byte = bytes[this.at++] as number;
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  int8(): number {
    const value = this.bytes.readInt8(this.at);
    this.at += 1;
    return value;
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  int64(): number {
    const high = this.int32();
    const value = high * 2 ** 32 + this.bytes.readUInt32BE(this.at);
    this.at += 4;
    return value;
  }
}
