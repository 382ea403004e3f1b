import type { EventNumber } from '../messaging/message.ts';
import { header } from './headers.ts';
import type { Observe } from './observer.ts';
import type { LogRecord } from './ports.ts';
import { type LogPosition, logStart } from './position.ts';
import { LogReader } from './reader.ts';

/** An input waiting to be decided, and the position of its topic once it has been. */
export interface QueuedInput {
  readonly topic: string;
  readonly next: LogPosition;
  /** Absent when there is nothing to decide: only the position moves on. */
  readonly record?: LogRecord;
  /** The input's own number, when it is an event of a subscribed log. */
  readonly number?: EventNumber;
}

/**
 * The inputs of one shard in order of arrival. Of subscribed logs it lets through valid events of
 * the types listened to; what it drops still moves the position.
 */
export class InputQueue {
  readonly #inbox: string;
  readonly #subscribes: Readonly<Record<string, readonly string[]>>;
  readonly #observe: Observe;
  #readers = new Map<string, LogReader>();
  #items: QueuedInput[] = [];

  constructor(
    inbox: string,
    subscribes: Readonly<Record<string, readonly string[]>>,
    observe: Observe,
  ) {
    this.#inbox = inbox;
    this.#subscribes = subscribes;
    this.#observe = observe;
  }

  get topics(): readonly string[] {
    return [this.#inbox, ...Object.keys(this.#subscribes)];
  }

  get length(): number {
    return this.#items.length;
  }

  /** Empties the queue; what is received from now on begins at `inputs`. */
  restart(inputs: Readonly<Record<string, LogPosition>>): void {
    this.#items = [];
    this.#readers = new Map();
    for (const topic of Object.keys(this.#subscribes)) {
      this.#readers.set(topic, new LogReader(inputs[topic] ?? logStart));
    }
  }

  push(topic: string, records: readonly LogRecord[]): void {
    if (topic === this.#inbox) {
      for (const record of records) {
        this.#items.push({
          topic,
          record,
          next: { offset: record.offset + 1, epoch: -1, seq: -1 },
        });
      }
      return;
    }
    const reader = this.#readers.get(topic);
    const types = this.#subscribes[topic];
    if (reader === undefined || types === undefined) return;
    for (const record of records) this.#pushEvent(topic, reader, types, record);
  }

  /** When the first that waits was written, in milliseconds since 1970; infinity if nothing waits. */
  waitingSince(): number {
    return this.#items.find(({ record }) => record !== undefined)?.record?.timestamp ?? Infinity;
  }

  take(limit: number): QueuedInput[] {
    return this.#items.splice(0, limit);
  }

  /** Puts back what a step left over, in front. */
  unshift(inputs: readonly QueuedInput[]): void {
    this.#items.unshift(...inputs);
  }

  #pushEvent(topic: string, reader: LogReader, types: readonly string[], record: LogRecord): void {
    const reading = reader.read(record);
    const next = reader.position;
    if (reading === 'gap') this.#observe({ type: 'gap', at: record });
    if (reading === 'zombie' || reading === 'repeated') {
      this.#observe({ type: 'dropped', reason: reading, at: record });
    }
    const fullName = record.headers[header.type] ?? '';
    const type = fullName.slice(fullName.lastIndexOf('.') + 1);
    if ((reading === 'event' || reading === 'gap') && types.includes(type)) {
      const number = { epoch: reader.epoch, seq: reader.seq };
      this.#items.push({ topic, record, next, number });
      return;
    }
    const last = this.#items.at(-1);
    if (last !== undefined && last.topic === topic && last.record === undefined) this.#items.pop();
    this.#items.push({ topic, next });
  }
}
