import { UndecodableError } from './errors.ts';

/** Elements that one array or map may have. */
export const MAX_ELEMENTS = 10_000;
const MAX_DEPTH = 64;

/**
 * A place in hostile bytes. Every step checks that the bytes are there, and throws
 * {@link UndecodableError} if they are not. Elements of collections are counted against the length of
 * the whole message, so that walking it takes time linear in its length, whatever it claims to hold.
 */
export class Cursor {
  readonly buffer: Buffer;
  position: number;
  private elements: number;
  private depth = 0;

  constructor(buffer: Buffer, position: number) {
    this.buffer = buffer;
    this.position = position;
    this.elements = buffer.length;
  }

  skip(bytes: number): void {
    if (!(bytes >= 0 && bytes <= this.buffer.length - this.position)) {
      throw new UndecodableError(`${bytes} bytes claimed at ${this.position}, past the end`);
    }
    this.position += bytes;
  }

  /** A zigzag varint of at most `maxBytes`; beyond 2^53 only approximately right. */
  varint(maxBytes: number): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < maxBytes; i++) {
      const byte = this.buffer[this.position];
      if (byte === undefined) throw new UndecodableError('the message ends within a number');
      this.position++;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      factor *= 128;
    }
    throw new UndecodableError(`a number of more than ${maxBytes} bytes at ${this.position}`);
  }

  int(): number {
    const value = this.varint(5);
    if ((value | 0) !== value) throw new UndecodableError(`${value} is not an int`);
    return value;
  }

  /** A long, within what doubles and avsc's zigzag keep exactly: closer to zero than 2^52. */
  long(): number {
    const value = this.varint(10);
    if (Math.abs(value) >= 2 ** 52) throw new UndecodableError(`the long ${value} is beyond 2^52`);
    return value;
  }

  /** An index below `end`: of a union's branch, an enum's symbol, or a boolean. */
  index(end: number): number {
    const index = this.varint(5);
    if (!(index >= 0 && index < end)) throw new UndecodableError(`no branch or symbol ${index}`);
    return index;
  }

  /** Bytes or a string. What is not UTF-8 in a string does no harm: it decodes to U+FFFD. */
  bytes(): void {
    this.skip(this.varint(10));
  }

  /**
   * The blocks of an array or a map; `element` walks over one of its elements. `onBlock` is told of each block's
   * head, when it has been read: how many elements, and in how many bytes if it says so. The last one has none.
   */
  blocks(element: () => void, onBlock?: (count: number, bytes: number | undefined) => void): void {
    for (let total = 0; ; ) {
      let count = this.varint(10);
      let end: number | undefined;
      if (count < 0) {
        count = -count;
        end = this.varint(10) + this.position;
      }
      onBlock?.(count, end === undefined ? undefined : end - this.position);
      if (count === 0) return;
      total += count;
      if (total > MAX_ELEMENTS) throw new UndecodableError(`a collection of ${total} elements`);
      this.elements -= count;
      if (this.elements < 0) throw new UndecodableError(`${count} elements in too few bytes`);
      for (let i = 0; i < count; i++) element();
      if (end !== undefined && end !== this.position) {
        throw new UndecodableError('a block is not as long as it says');
      }
    }
  }

  /** Runs `step` one level deeper. */
  within(step: () => void): void {
    if (++this.depth > MAX_DEPTH) throw new UndecodableError('records nested too deeply');
    step();
    this.depth--;
  }
}
