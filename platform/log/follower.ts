import type { Message, Received } from '../messaging/message.ts';
import { receive } from './envelope.ts';
import type { Observe } from './observer.ts';
import { Past } from './past.ts';
import type { Clock, Codec, LogRecord, Source } from './ports.ts';
import { type LogPosition, logStart } from './position.ts';
import { LogReader } from './reader.ts';
import { persist, Superseded } from './retry.ts';

/** Keeps where a follower stands in each log partition. */
export interface LogPositions {
  load(topic: string, partition: number): Promise<LogPosition | undefined>;
  /** Resolves with whether there was one before. */
  store(topic: string, partition: number, position: LogPosition): Promise<boolean>;
}

export interface FollowerOptions {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly positions: LogPositions;
  readonly observe: Observe;
  /** Which events to decode and hand over. */
  readonly wants: (type: string) => boolean;
  /** Takes events in the order of their partition. Tried again until it resolves, so it must not mind repetition. */
  readonly handle: (events: readonly Received<Message>[]) => Promise<void>;
  /** Where no position is kept (any more), events older than this many milliseconds are passed over. */
  readonly catchUp: number;
}

/**
 * Follows one partition of a log without owning it: reads by the same rules as its owner, hands the
 * valid events over at least once, and keeps its position after they have been handled.
 */
export class LogFollower {
  readonly #topic: string;
  readonly #partition: number;
  readonly #source: Source;
  readonly #options: FollowerOptions;
  #queue: LogRecord[] = [];
  #working = false;
  #tenure = 0;
  #reader = new LogReader(logStart);
  readonly #past: Past;
  /** Events from before then are passed over, in milliseconds since 1970. */
  #since = 0;
  #started = false;
  #begun = false;

  constructor(topic: string, partition: number, source: Source, options: FollowerOptions) {
    this.#topic = topic;
    this.#partition = partition;
    this.#source = source;
    this.#options = options;
    this.#past = new Past(options.catchUp);
  }

  /** The partition is ours (again): goes on from the stored position. */
  async assign(): Promise<void> {
    this.#started = false;
    const current = this.#newTenure();
    try {
      const position = await this.#persist(current, () =>
        this.#options.positions.load(this.#topic, this.#partition),
      );
      if (!current()) return;
      this.#since = position === undefined ? this.#options.clock.now() - this.#options.catchUp : 0;
      this.#reader = new LogReader(position ?? logStart);
      this.#past.begin(this.#reader.position);
      this.#started = position !== undefined;
      this.#begun = true;
      this.#source.seek(this.#topic, this.#partition, this.#reader.offset);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }

  revoke(): void {
    this.#newTenure();
  }

  /** Takes records in order. Those that come between an end and the next beginning are not ours. */
  receive(records: readonly LogRecord[]): void {
    if (!this.#begun) return;
    this.#queue.push(...records);
    if (this.#queue.length > 10_000) this.#source.pause(this.#topic, this.#partition);
    if (!this.#working) void this.#work();
  }

  #newTenure(): () => boolean {
    this.#queue = [];
    this.#begun = false;
    this.#tenure += 1;
    const tenure = this.#tenure;
    return () => tenure === this.#tenure;
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#queue.length > 0) {
      const tenure = this.#tenure;
      const current = () => tenure === this.#tenure;
      const records = this.#queue.splice(0, 1_000);
      if (this.#queue.length === 0) this.#source.resume(this.#topic, this.#partition);
      try {
        await this.#take(records, current);
      } catch (error) {
        if (!(error instanceof Superseded)) this.#options.observe({ type: 'failed', error });
      }
    }
    this.#working = false;
  }

  async #take(records: readonly LogRecord[], current: () => boolean): Promise<void> {
    const { handle, positions, observe } = this.#options;
    const events: Received<Message>[] = [];
    let latest = 0;
    for (const record of records) {
      latest = Math.max(latest, record.timestamp);
      const read = this.#read(record);
      const event = read instanceof Promise ? await read : read;
      // The reader may be another one by now, that begins elsewhere: this record is not for it.
      if (!current()) return;
      if (event !== undefined) events.push(event);
    }
    if (events.length > 0) await this.#persist(current, () => handle(events));
    if (!current()) return;
    const position = this.#reader.position;
    const kept = await this.#persist(current, () =>
      positions.store(this.#topic, this.#partition, position),
    );
    if (!current()) return;
    const at = { topic: this.#topic, partition: this.#partition };
    this.#source.commit([{ ...at, offset: position.offset }]);
    observe({ type: 'folded', events: events.length, messages: 0 });
    if (!kept && this.#started) {
      observe({ type: 'restarting', reason: 'what was handled has been lost' });
      this.#since = this.#options.clock.now() - this.#options.catchUp;
      this.#reader = new LogReader(this.#past.before(this.#since));
      this.#queue = [];
      this.#source.seek(this.#topic, this.#partition, this.#reader.offset);
    } else this.#past.pass(latest, position);
    this.#started = true;
  }

  #read(record: LogRecord): Promise<Received<Message> | undefined> | undefined {
    const { observe } = this.#options;
    const reading = this.#reader.read(record);
    if (reading === 'gap') observe({ type: 'gap', at: record });
    if (reading === 'zombie' || reading === 'repeated') {
      observe({ type: 'dropped', reason: reading, at: record });
    }
    if (reading !== 'event' && reading !== 'gap') return undefined;
    if (record.timestamp < this.#since || record.value === null) return undefined;
    return this.#decode(record, record.value);
  }

  async #decode(record: LogRecord, value: Buffer): Promise<Received<Message> | undefined> {
    const { codec, observe, wants } = this.#options;
    try {
      if (codec.typeOf(value) === undefined) await codec.learn(value);
      if (!wants(codec.typeOf(value) ?? '')) return undefined;
      return await receive(codec, record);
    } catch (error) {
      observe({ type: 'unreadable', at: record, error });
      return undefined;
    }
  }

  #persist<T>(current: () => boolean, run: () => Promise<T>): Promise<T> {
    const { clock, observe } = this.#options;
    return persist(clock, current, run, (error) =>
      observe({ type: 'waiting', for: 'redis', error }),
    );
  }
}
