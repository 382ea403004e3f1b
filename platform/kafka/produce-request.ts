import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';

/** What kafkajs is about to send: per topic and partition the messages of one batch. */
export interface ProduceRequest {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly ProducedMessage[];
    }[];
  }[];
}

export interface ProducedMessage {
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly timestamp?: string;
}

/** Bytes of a batch before its records; from the CRC's place on, and of what the CRC covers. */
const BATCH_HEADER = 61;
const LENGTH_FROM = 12;
const CRC_AT = 17;
const CRC_FROM = 21;

/**
 * Encodes the body of a produce request (versions 3 to 7, magic 2, no compression, no transaction) in one
 * pass into one buffer, byte for byte what kafkajs makes of it in seven copies. A header that occurs several
 * times is not for us: `undefined`, and kafkajs does it.
 */
export function encodeProduce(request: ProduceRequest, now: number): Buffer | undefined {
  const size = sizeOf(request);
  if (size === undefined) return undefined;
  const out = new Output(Buffer.allocUnsafe(size));
  out.int16(-1); // no transaction
  out.int16(request.acks);
  out.int32(request.timeout);
  out.int32(request.topicData.length);
  for (const { topic, partitions } of request.topicData) {
    out.int16(Buffer.byteLength(topic));
    out.text(topic);
    out.int32(partitions.length);
    for (const { partition, messages } of partitions) {
      out.int32(partition);
      out.batch(messages, now);
    }
  }
  return out.bytes();
}

/** No less than the request takes. */
function sizeOf({ topicData }: ProduceRequest): number | undefined {
  let size = 12;
  for (const { topic, partitions } of topicData) {
    size += 6 + Buffer.byteLength(topic);
    for (const { messages } of partitions) {
      size += 8 + BATCH_HEADER;
      for (const { key, value, headers = {} } of messages) {
        size += 40 + lengthOf(key) + lengthOf(value);
        for (const name of Object.keys(headers)) {
          const header = headers[name];
          if (typeof header !== 'string') return undefined;
          size += 10 + Buffer.byteLength(name) + Buffer.byteLength(header);
        }
      }
    }
  }
  return size;
}

const lengthOf = (data: Buffer | string | null | undefined): number =>
  data == null ? 0 : Buffer.byteLength(data);

/** How many bytes a number from 0 on takes as a zigzag varint. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let left = Math.floor(value / 64); left > 0; left = Math.floor(left / 128)) size += 1;
  return size;
}

class Output {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  int16(value: number): void {
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  text(value: string): void {
    this.#at += this.#buffer.write(value, this.#at);
  }

  batch(messages: readonly ProducedMessage[], now: number): void {
    const times = messages.map(({ timestamp }) => Number(timestamp ?? now));
    const first = times.reduce((least, time) => Math.min(least, time));
    const last = times.reduce((most, time) => Math.max(most, time));
    const sizeAt = this.#at;
    this.#at += 4;
    const start = this.#at;
    this.#int64(0); // the broker gives the offset
    this.#at += 4; // the length
    this.int32(0); // the leader's epoch
    this.#at = this.#buffer.writeInt8(2, this.#at);
    this.#at += 4; // the CRC
    this.int16(0); // attributes
    this.int32(messages.length - 1);
    this.#int64(first);
    this.#int64(last);
    this.#int64(-1); // no producer id
    this.int16(0);
    this.int32(0);
    this.int32(messages.length);
    for (const [i, message] of messages.entries()) {
      this.#record(message, i, (times[i] as number) - first);
    }
    const buffer = this.#buffer;
    buffer.writeInt32BE(this.#at - start, sizeAt);
    buffer.writeInt32BE(this.#at - start - LENGTH_FROM, start + LENGTH_FROM - 4);
    buffer.writeUInt32BE(crc32c(buffer.subarray(start + CRC_FROM, this.#at)) >>> 0, start + CRC_AT);
  }

  #record({ key, value, headers = {} }: ProducedMessage, nth: number, later: number): void {
    const names = Object.keys(headers);
    let size = 1 + sizeOfVarint(later) + sizeOfVarint(nth) + sizeOfVarint(names.length);
    size += sizeOfField(key) + sizeOfField(value);
    for (const name of names) size += sizeOfField(name) + sizeOfField(headers[name] as string);
    this.#varint(size);
    this.#at = this.#buffer.writeInt8(0, this.#at);
    this.#varint(later);
    this.#varint(nth);
    this.#field(key);
    this.#field(value);
    this.#varint(names.length);
    for (const name of names) {
      this.#field(name);
      this.#field(headers[name] as string);
    }
  }

  #field(data: Buffer | string | null | undefined): void {
    if (data == null) {
      this.#at = this.#buffer.writeUInt8(1, this.#at); // -1
    } else if (typeof data === 'string') {
      this.#varint(Buffer.byteLength(data));
      this.text(data);
    } else {
      this.#varint(data.length);
      this.#at += data.copy(this.#buffer, this.#at);
    }
  }

  /** A number from 0 on, zigzag. */
  #varint(value: number): void {
    let left = value * 2;
    while (left > 127) {
      this.#buffer[this.#at++] = (left % 128) | 128;
      left = Math.floor(left / 128);
    }
    this.#buffer[this.#at++] = left;
  }

  #int64(value: number): void {
    this.#at = this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#at);
    this.#at = this.#buffer.writeUInt32BE(value >>> 0, this.#at);
  }
}

function sizeOfField(data: Buffer | string | null | undefined): number {
  const length = lengthOf(data);
  return sizeOfVarint(length) + length;
}
