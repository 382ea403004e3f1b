import type { LogRecord } from '../log/ports.ts';
import { WireReader } from './wire-reader.ts';

/** A record as kafkajs wants it: made of ours, which is not made of its. */
export class FetchedMessage {
  readonly record: FetchedRecord;

  constructor(record: FetchedRecord) {
    this.record = record;
  }

  get offset(): string {
    return String(this.record.offset);
  }

  get timestamp(): string {
    return String(this.record.timestamp);
  }

  get key(): Buffer | null {
    return this.record.keyBytes;
  }

  get value(): Buffer | null {
    return this.record.value;
  }

  get headers(): LogRecord['headers'] {
    return this.record.headers;
  }

  get isControlRecord(): boolean {
    return false;
  }
}

/**
 * A record that is decoded when it is looked at: of thousands that wait to be folded, each takes little more than its
 * bytes. It keeps the whole response in memory.
 */
export class FetchedRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly #bytes: Buffer;
  /** Where the key stands. */
  readonly #at: number;
  #key: string | undefined;
  #headers: LogRecord['headers'] | undefined;

  constructor(
    topic: string,
    partition: number,
    offset: number,
    timestamp: number,
    bytes: Buffer,
    at: number,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.#bytes = bytes;
    this.#at = at;
  }

  get keyBytes(): Buffer | null {
    return new WireReader(this.#bytes, this.#at).data();
  }

  get key(): string {
    this.#key ??= new WireReader(this.#bytes, this.#at).text();
    return this.#key;
  }

  get value(): Buffer | null {
    return new WireReader(this.#bytes, this.#at).skip().data();
  }

  get headers(): LogRecord['headers'] {
    this.#headers ??= new WireReader(this.#bytes, this.#at).skip().skip().headers();
    return this.#headers;
  }
}
