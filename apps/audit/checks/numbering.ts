import { header, parseNumber } from '../../../platform/log/headers.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import type { EventNumber } from '../../../platform/messaging/message.ts';
import type { Findings } from '../findings.ts';

/** As wide as repetitions are recognised: more than one append has. */
const WINDOW = 8_192;

interface Numbers {
  /** The offset of the latest claim. */
  epoch: number;
  /** The number of the last event of that epoch. */
  seq: number;
  readonly claims: Set<number>;
  /** What the latest events were, by number. */
  readonly latest: string[];
}

/** What a record of a log is; all but `event` and `claim` never happened. */
export type Reading = 'claim' | 'event' | 'zombie' | 'repeated';

/**
 * Numbers without gaps within each epoch, and no valid event from a deposed writer. An event of an
 * earlier claim is dropped, which is legal; an event of no claim at all is a stranger's.
 */
export class Numbering {
  readonly #findings: Findings;
  readonly #partitions = new Map<string, Numbers>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  read(record: LogRecord, kind: string): { reading: Reading; number?: EventNumber } {
    const { topic, partition, offset, headers } = record;
    const place = `${topic}/${partition}`;
    let numbers = this.#partitions.get(place);
    if (numbers === undefined) {
      numbers = { epoch: -1, seq: -1, claims: new Set(), latest: [] };
      this.#partitions.set(place, numbers);
    }
    if (headers[header.type] === 'hail.log.ShardClaimed') {
      numbers.claims.add(offset);
      numbers.epoch = offset;
      numbers.seq = -1;
      numbers.latest.length = 0;
      return { reading: 'claim' };
    }
    const number = parseNumber(headers[header.epoch]);
    if (number === undefined) {
      this.#writer(record, 'the event has no number; no owner of the shard wrote it');
      return { reading: 'zombie' };
    }
    const id = `${place}/${number.epoch}.${number.seq}`;
    if (headers[header.id] !== id) {
      this.#writer(record, `its id is ${headers[header.id]}, its number makes it ${id}`);
    } else if (headers[header.source] !== `/hail/${kind}`) {
      this.#writer(record, `its source is ${headers[header.source]}, its log belongs to ${kind}`);
    }
    if (!numbers.claims.has(number.epoch)) {
      this.#writer(record, `no claim before it began epoch ${number.epoch}`);
      return { reading: 'zombie' };
    }
    if (number.epoch !== numbers.epoch) return { reading: 'zombie' };
    return { reading: this.#inEpoch(record, number, numbers), number };
  }

  #inEpoch(record: LogRecord, { epoch, seq }: EventNumber, numbers: Numbers): Reading {
    const { headers, key } = record;
    const slot = seq % WINDOW;
    const what = `${seq} ${headers[header.type]} ${key} ${headers[header.cause]}`;
    if (seq <= numbers.seq) {
      if (seq > numbers.seq - WINDOW && numbers.latest[slot] !== what) {
        const text = `number ${epoch}.${seq} was borne by another event before`;
        this.#findings.violation('number', text, record);
      }
      return 'repeated';
    }
    if (seq !== numbers.seq + 1) {
      const missing =
        seq === numbers.seq + 2
          ? `number ${epoch}.${seq - 1} is`
          : `numbers ${epoch}.${numbers.seq + 1} to ${epoch}.${seq - 1} are`;
      this.#findings.violation('number', `${missing} missing before ${epoch}.${seq}`, record);
    }
    numbers.latest[slot] = what;
    numbers.seq = seq;
    return 'event';
  }

  #writer(record: LogRecord, text: string): void {
    this.#findings.violation('writer', text, record);
  }
}
