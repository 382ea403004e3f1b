import { header, parseNumber } from '../../../platform/log/headers.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import { CLAIM_TYPE } from '../../../platform/log/reader.ts';

/**
 * Tells the valid events of one log partition from a zombie's, for a reader that began in its middle: the
 * latest claim before that place is not known, so the highest epoch met before the first claim stands
 * in for it. (A former owner's epoch is always the lower one.)
 */
export class Epochs {
  readonly #claims: number[] = [];
  #atStart = -1;

  /** Takes the next record of the partition, in order. */
  see(record: Pick<LogRecord, 'offset' | 'headers'>): void {
    if (record.headers[header.type] === CLAIM_TYPE) {
      this.#claims.push(record.offset);
    } else if (this.#claims.length === 0) {
      const epoch = parseNumber(record.headers[header.epoch])?.epoch ?? -1;
      if (epoch > this.#atStart) this.#atStart = epoch;
    }
  }

  /** Whether an event was written by an owner that had been deposed; to be asked when all have been seen. */
  isZombie(event: Pick<LogRecord, 'offset' | 'headers'>): boolean {
    const current = this.#claims.findLast((claim) => claim < event.offset) ?? this.#atStart;
    return parseNumber(event.headers[header.epoch])?.epoch !== current;
  }
}
