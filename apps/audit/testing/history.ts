import { formatCause, formatOrigin, type Headers, header } from '../../../platform/log/headers.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import type { Kind } from '../topology.ts';

/** A record of a made-up history; tests doctor it as they like. */
export interface MadeRecord extends Omit<LogRecord, 'headers' | 'value' | 'offset' | 'key'> {
  offset: number;
  key: string;
  headers: Record<string, string>;
  value: Buffer | null;
}

const logs: Readonly<Record<Kind, string>> = {
  rider: 'rider.events',
  trip: 'trip.events',
  driver: 'driver.events',
  dispatch: 'dispatch.events',
};

/** Writes a history of one partition per topic, with the headers that the kernel writes. */
export class History {
  readonly records: MadeRecord[] = [];
  readonly #epochs = new Map<string, { epoch: number; seq: number }>();
  #now = 1_000_000;

  /** An instance takes the shard over; events have its epoch from then on. */
  claim(kind: Kind): MadeRecord {
    const topic = logs[kind];
    const headers = { [header.type]: 'hail.log.ShardClaimed', [header.source]: `/hail/${kind}` };
    const record = this.#put(topic, `${kind}:0`, headers, 'ShardClaimed', {});
    this.#epochs.set(kind, { epoch: record.offset, seq: -1 });
    return record;
  }

  /** A command from the edge. */
  command(inbox: string, key: string, type: string): MadeRecord {
    const headers = { [header.type]: `hail.x.${type}`, [header.source]: '/hail/facade' };
    return this.#put(inbox, key, headers, type, {});
  }

  /** An event decided on `input`, a record or a deadline (milliseconds since 1970). */
  event(
    kind: Kind,
    input: MadeRecord | number,
    key: string,
    type: string,
    data: object,
  ): MadeRecord {
    const topic = logs[kind];
    if (!this.#epochs.has(kind)) this.claim(kind);
    const at = this.#epochs.get(kind) as { epoch: number; seq: number };
    at.seq += 1;
    const number = `${at.epoch}.${at.seq}`;
    const headers: Record<string, string> = {
      [header.id]: `${topic}/0/${number}`,
      [header.type]: `hail.${kind}.${type}`,
      [header.source]: `/hail/${kind}`,
      [header.epoch]: number,
    };
    if (typeof input === 'number') headers[header.cause] = `deadline/${input}`;
    else {
      const [epoch, seq] = (input.headers[header.epoch] ?? '').split('.').map(Number);
      const isEvent = epoch !== undefined && seq !== undefined;
      headers[header.cause] = formatCause({ ...input, ...(isEvent && { number: { epoch, seq } }) });
      for (const name of [header.origin, header.replyTopic, header.correlationId]) {
        const value = input.headers[name];
        if (value !== undefined) headers[name] = value;
      }
    }
    return this.#put(topic, key, headers, type, data);
  }

  /** A message sent on account of `event`, the `index`th of those. */
  send(
    event: MadeRecord,
    index: number,
    inbox: string,
    key: string,
    type: string,
    correlation: { readonly replyTopic?: string; readonly correlationId?: string } = {},
  ): MadeRecord {
    const origin = formatOrigin({ ...event, index });
    const headers: Record<string, string> = {
      [header.id]: origin,
      [header.type]: `hail.x.${type}`,
      [header.origin]: origin,
    };
    const { replyTopic, correlationId } = correlation;
    if (replyTopic !== undefined) headers[header.replyTopic] = replyTopic;
    if (correlationId !== undefined) headers[header.correlationId] = correlationId;
    return this.#put(inbox, key, headers, type, {});
  }

  /** The record once more, at the end of its topic. */
  repeat(record: MadeRecord, headers: Headers = {}): MadeRecord {
    const again = { ...record, headers: { ...record.headers, ...headers } };
    again.offset = this.#end(record.topic);
    this.records.push(again);
    return again;
  }

  /** The record as it stands in the topic of what was set aside. */
  setAside(record: MadeRecord): MadeRecord {
    const topic = `${record.topic}.dlq`;
    const letter = { ...record, topic, offset: this.#end(topic) };
    this.records.push(letter);
    return letter;
  }

  remove(record: MadeRecord): void {
    this.records.splice(this.records.indexOf(record), 1);
  }

  /** The next number that an event of this kind would have is this one. */
  skipTo(kind: Kind, epoch: number, seq: number): void {
    this.#epochs.set(kind, { epoch, seq: seq - 1 });
  }

  #end(topic: string): number {
    const offsets = this.records.filter((record) => record.topic === topic);
    return (offsets.at(-1)?.offset ?? -1) + 1;
  }

  #put(
    topic: string,
    key: string,
    headers: Record<string, string>,
    type: string,
    data: object,
  ): MadeRecord {
    this.#now += 1;
    const record: MadeRecord = {
      topic,
      partition: 0,
      offset: this.#end(topic),
      key,
      value: Buffer.from(JSON.stringify({ type, data })),
      headers,
      timestamp: this.#now,
    };
    this.records.push(record);
    return record;
  }
}
