import { header, parseNumber } from './headers.ts';
import type { LogRecord } from './ports.ts';
import type { LogPosition } from './position.ts';

/** The Avro record that takes a shard over; the same in every log. */
export const CLAIM = 'ShardClaimed';
export const CLAIM_TYPE = `hail.log.${CLAIM}`;

/**
 * - `claim`: a new epoch begins.
 * - `event`: valid; `gap` says that numbers are missing before it, which can only mean loss.
 * - `zombie`: written by an owner that had been deposed, or by a stranger; it never happened.
 * - `repeated`: a second copy from a retried append.
 */
export type Reading = 'claim' | 'event' | 'gap' | 'zombie' | 'repeated';

/**
 * Reads one log partition as every reader must: keeps (offset, epoch, seq), drops events whose epoch
 * is not that of the latest claim and events whose number was seen. Looks at headers only.
 */
export class LogReader {
  offset: number;
  epoch: number;
  seq: number;

  constructor(from: LogPosition) {
    this.offset = from.offset;
    this.epoch = from.epoch;
    this.seq = from.seq;
  }

  get position(): LogPosition {
    return { offset: this.offset, epoch: this.epoch, seq: this.seq };
  }

  /** Takes the next record of the partition, in order. */
  read(record: LogRecord): Reading {
    this.offset = record.offset + 1;
    if (record.headers[header.type] === CLAIM_TYPE) {
      this.epoch = record.offset;
      this.seq = -1;
      return 'claim';
    }
    const number = parseNumber(record.headers[header.epoch]);
    if (number === undefined || number.epoch !== this.epoch) return 'zombie';
    if (number.seq <= this.seq) return 'repeated';
    const gap = number.seq !== this.seq + 1;
    this.seq = number.seq;
    return gap ? 'gap' : 'event';
  }
}
