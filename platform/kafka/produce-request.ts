import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import type { NewRecord } from '../log/ports.ts';
import type { Batch } from './batch.ts';
import { HEAD } from './connection.ts';

export const PRODUCE = { api: 0, version: 7 } as const;

const ACKS_ALL = -1;
/** How long the broker may wait for its replicas, in milliseconds. */
const REPLICATED_WITHIN = 30_000;
/** Bytes of a batch before its records; from the CRC's place on, and of what the CRC covers. */
const BATCH_HEADER = 61;
const LENGTH_FROM = 12;
const CRC_AT = 17;
const CRC_FROM = 21;

/**
 * Encodes a produce request (version 7, magic 2, acks=all, no compression, no transaction) in one pass into one
 * buffer, leaving room for its head. There is one batch for each partition; what has no time is dated `now`.
 */
export function encodeProduce(batches: readonly Batch[], now: number): Buffer {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const out = new Output(Buffer.allocUnsafe(sizeOf(batches)));
  out.int16(-1); // no transaction
  out.int16(ACKS_ALL);
  out.int32(REPLICATED_WITHIN);
  out.int32(byTopic.size);
  for (const [topic, some] of byTopic) {
    out.int16(Buffer.byteLength(topic));
    out.text(topic);
    out.int32(some.length);
    for (const { partition, records } of some) {
      out.int32(partition);
      out.batch(records, now);
    }
  }
  return out.bytes();
}

/** No less than the request takes. */
function sizeOf(batches: readonly Batch[]): number {
  let size = HEAD + 12;
  for (const { topic, records } of batches) {
    size += 14 + Buffer.byteLength(topic) + BATCH_HEADER;
    for (const { key, value, headers } of records) {
      size += 40 + Buffer.byteLength(key) + value.length;
      for (const name in headers) {
        size += 10 + Buffer.byteLength(name) + Buffer.byteLength(headers[name] as string);
      }
    }
  }
  return size;
}

/** How many bytes a number from 0 on takes as a zigzag varint. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let left = Math.floor(value / 64); left > 0; left = Math.floor(left / 128)) size += 1;
  return size;
}

class Output {
  readonly #buffer: Buffer;
  #at = HEAD;

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

  batch(records: readonly NewRecord[], now: number): void {
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (const { timestamp = now } of records) {
      first = Math.min(first, timestamp);
      last = Math.max(last, timestamp);
    }
    const sizeAt = this.#at;
    this.#at += 4;
    const start = this.#at;
    this.#int64(0); // the broker gives the offset
    this.#at += 4; // the length
    this.int32(0); // the leader's epoch
    this.#at = this.#buffer.writeInt8(2, this.#at);
    this.#at += 4; // the CRC
    this.int16(0); // attributes
    this.int32(records.length - 1);
    this.#int64(first);
    this.#int64(last);
    this.#int64(-1); // no producer id
    this.int16(0);
    this.int32(0);
    this.int32(records.length);
    for (const [i, record] of records.entries()) {
      this.#record(record, i, (record.timestamp ?? now) - first);
    }
    const buffer = this.#buffer;
    buffer.writeInt32BE(this.#at - start, sizeAt);
    buffer.writeInt32BE(this.#at - start - LENGTH_FROM, start + LENGTH_FROM - 4);
    buffer.writeUInt32BE(crc32c(buffer.subarray(start + CRC_FROM, this.#at)) >>> 0, start + CRC_AT);
  }

  #record({ key, value, headers }: NewRecord, nth: number, later: number): void {
    let count = 0;
    let size = sizeOfField(Buffer.byteLength(key)) + sizeOfField(value.length);
    for (const name in headers) {
      count += 1;
      size += sizeOfField(Buffer.byteLength(name));
      size += sizeOfField(Buffer.byteLength(headers[name] as string));
    }
    size += 1 + sizeOfVarint(later) + sizeOfVarint(nth) + sizeOfVarint(count);
    this.#varint(size);
    this.#at = this.#buffer.writeInt8(0, this.#at);
    this.#varint(later);
    this.#varint(nth);
    this.#field(key);
    this.#varint(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
    this.#varint(count);
    for (const name in headers) {
      this.#field(name);
      this.#field(headers[name] as string);
    }
  }

  #field(text: string): void {
    this.#varint(Buffer.byteLength(text));
    this.text(text);
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

const sizeOfField = (length: number): number => sizeOfVarint(length) + length;
