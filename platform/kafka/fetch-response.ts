import { header } from '../log/headers.ts';
import type { LogRecord } from '../log/ports.ts';

/** A fetch response as kafkajs understands it. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly highWatermark: string;
      readonly lastStableOffset: string;
      readonly lastStartOffset: string;
      readonly abortedTransactions: readonly never[];
      readonly preferredReadReplica: number;
      readonly messages: readonly FetchedMessage[];
    }[];
  }[];
}

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
class FetchedRecord implements LogRecord {
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
    return new Input(this.#bytes, this.#at).data();
  }

  get key(): string {
    this.#key ??= new Input(this.#bytes, this.#at).text();
    return this.#key;
  }

  get value(): Buffer | null {
    return new Input(this.#bytes, this.#at).skip().data();
  }

  get headers(): LogRecord['headers'] {
    this.#headers ??= new Input(this.#bytes, this.#at).skip().skip().headers();
    return this.#headers;
  }
}

const MAGIC = 2;
/** Bytes of a batch before its records. */
const BATCH_HEADER = 61;
/** Attributes of a batch: compressed; times are the broker's; of a transaction; control records. */
const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** Headers whose values are few, so that each is made once. */
const fewValues: ReadonlySet<string> = new Set([
  header.specVersion,
  header.type,
  header.source,
  header.replyTopic,
]);

/**
 * Decodes the body of a fetch response (version 11). kafkajs takes ten times as long, most of it for headers. What only it can
 * read (compressed batches, those of transactions, formats before Kafka 0.11) is left to it: `undefined`. A batch
 * that is not there as a whole is left out, as is usual at the end of a response.
 */
export function decodeFetch(body: Buffer): FetchResponse | undefined {
  try {
    return new Input(body).response();
  } catch (error) {
    if (error instanceof NotOurs) return undefined;
    throw error;
  }
}

class NotOurs extends Error {}

/** Text that occurs again and again is made once. Whatever else falls into its place takes that. */
class Texts {
  readonly #known = new Array<string>(512).fill('');
  /** What came last in the n-th place of a record; mostly it is the same again. */
  readonly #last: string[] = [];

  get(bytes: Buffer, from: number, to: number, nth: number): string {
    const last = this.#last[nth];
    if (last !== undefined && isAscii(last, bytes, from, to)) return last;
    const text = this.#find(bytes, from, to);
    this.#last[nth] = text;
    return text;
  }

  #find(bytes: Buffer, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i += 1) hash = (hash * 31 + (bytes[i] as number)) | 0;
    const place = hash & 511;
    const known = this.#known[place] as string;
    if (isAscii(known, bytes, from, to)) return known;
    const text = bytes.toString('utf8', from, to);
    this.#known[place] = text;
    return text;
  }
}

function isAscii(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] as number;
    if (byte > 127 || byte !== text.charCodeAt(i - from)) return false;
  }
  return true;
}

const topics = new Texts();
const names = new Texts();
const values = new Texts();
/** … but no more places than that, whatever a record brings along. */
const PLACES = 32;

class Input {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  response(): FetchResponse {
    // The broker does not hold back, but asks the client to.
    const clientSideThrottleTime = this.#int32();
    const errorCode = this.#int16();
    const sessionId = this.#int32();
    const responses = this.#array(() => {
      const topicName = this.#string();
      return { topicName, partitions: this.#array(() => this.#partition(topicName)) };
    });
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
  }

  #partition(topic: string) {
    const partition = this.#int32();
    const errorCode = this.#int16();
    const highWatermark = String(this.#int64());
    const lastStableOffset = String(this.#int64());
    const lastStartOffset = String(this.#int64());
    if (this.#int32() > 0) throw new NotOurs('aborted transactions');
    const preferredReadReplica = this.#int32();
    const size = Math.max(0, this.#int32());
    const end = this.#at + size;
    const messages: FetchedMessage[] = [];
    while (this.#at + BATCH_HEADER <= end && this.#batch(topic, partition, end, messages));
    this.#at = end;
    const abortedTransactions: never[] = [];
    return {
      partition,
      errorCode,
      highWatermark,
      lastStableOffset,
      lastStartOffset,
      abortedTransactions,
      preferredReadReplica,
      messages,
    };
  }

  /** False when the batch is not there as a whole. */
  #batch(topic: string, partition: number, end: number, into: FetchedMessage[]): boolean {
    const firstOffset = this.#int64();
    const length = this.#int32();
    const batchEnd = this.#at + length;
    this.#at += 4; // the leader's epoch
    const magic = this.#bytes[this.#at] as number;
    if (magic !== MAGIC) throw new NotOurs('an older format');
    if (batchEnd > end) return false;
    this.#at += 5; // … and the CRC
    const attributes = this.#int16();
    if ((attributes & (COMPRESSION | TRANSACTIONAL | CONTROL)) !== 0) throw new NotOurs('a batch');
    this.#at += 4; // the last offset
    const firstTimestamp = this.#int64();
    const maxTimestamp = this.#int64();
    const appendTime = (attributes & LOG_APPEND_TIME) !== 0;
    this.#at += 14; // the producer's id, epoch and number
    const count = this.#int32();
    for (let i = 0; i < count; i += 1) {
      const recordEnd = this.#varint() + this.#at;
      this.#at += 1; // attributes
      const created = firstTimestamp + this.#varint();
      const offset = firstOffset + this.#varint();
      const time = appendTime ? maxTimestamp : created;
      const record = new FetchedRecord(topic, partition, offset, time, this.#bytes, this.#at);
      into.push(new FetchedMessage(record));
      this.#at = recordEnd;
    }
    this.#at = batchEnd;
    return true;
  }

  /** Of a header that occurs twice the last value counts; one without a value counts as none. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    const bytes = this.#bytes;
    const count = this.#varint();
    for (let i = 0; i < count; i += 1) {
      const nth = i % PLACES;
      const nameEnd = this.#varint() + this.#at;
      const name = names.get(bytes, this.#at, nameEnd, nth);
      this.#at = nameEnd;
      const length = this.#varint();
      const end = this.#at + Math.max(0, length);
      if (length >= 0) {
        headers[name] = fewValues.has(name)
          ? values.get(bytes, this.#at, end, nth)
          : bytes.toString('utf8', this.#at, end);
      }
      this.#at = end;
    }
    return headers;
  }

  /** Passes over a key or a value. */
  skip(): this {
    const length = this.#varint();
    if (length > 0) this.#at += length;
    return this;
  }

  text(): string {
    const length = this.#varint();
    return length <= 0 ? '' : this.#bytes.toString('utf8', this.#at, this.#at + length);
  }

  data(): Buffer | null {
    const length = this.#varint();
    if (length < 0) return null;
    return this.#bytes.subarray(this.#at, this.#at + length);
  }

  #array<T>(read: () => T): T[] {
    const result: T[] = [];
    for (let left = this.#int32(); left > 0; left -= 1) result.push(read());
    return result;
  }

  #string(): string {
    const length = this.#int16();
    const from = this.#at;
    this.#at += length;
    return topics.get(this.#bytes, from, this.#at, 0);
  }

  /** A zigzag number of up to 53 bits. */
  #varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] as number;
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    let factor = 128;
    do {
      byte = bytes[this.#at++] as number;
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #int16(): number {
    const value = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  #int32(): number {
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  #int64(): number {
    const high = this.#int32();
    const value = high * 2 ** 32 + this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }
}
