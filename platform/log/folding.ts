import type { Message } from '../messaging/message.ts';
import type { ShardContext } from './context.ts';
import type { EventRecord } from './decide.ts';
import { outgoingRecord, receive } from './envelope.ts';
import { Folder, type ReadBack } from './folder.ts';
import { KnownLog } from './known-log.ts';
import type { LogRecord, NewRecord } from './ports.ts';
import { type LogPosition, type Position, shardStart } from './position.ts';

/** Folding waits for the snapshot when so many events are in none. */
const LARGEST_UNSTORED = 2_000;

export interface Folded {
  /** The claims among what was read, in order. */
  readonly claims: readonly LogRecord[];
}

/**
 * The folding half of a shard: takes the log back in order, folds it, sends the messages that follow
 * (each awaited), and only then stores states and position in one guarded snapshot. While a snapshot is on its
 * way the next events are folded and sent; what has been by then makes up the next snapshot.
 */
export class Folding<S extends object, I extends Message, E extends Message, Q, A> {
  readonly #context: ShardContext<S, I, E, Q, A>;
  #folder: Folder<S, E>;
  readonly #log: KnownLog;
  /** Changes whenever what is being folded becomes void. */
  #session = 0;
  #begun = false;
  /** Messages on account of events before this offset have been sent, by whomever. */
  #sent = 0;
  /** The latest claim folded is the shard's own. */
  #owns = false;
  /** Something has been folded, of which the messages may not have been sent yet. */
  #folding = false;
  /** There is something that no snapshot has, and how many events of it. */
  #dirty = false;
  #unstored = 0;
  /** The snapshot on its way. */
  #storing: Promise<void> | undefined;
  /** To be done between two folds: what has been stored may leave the cache. */
  #settle: (() => void) | undefined;

  constructor(context: ShardContext<S, I, E, Q, A>) {
    this.#context = context;
    const { ports, aggregate, partition } = context;
    this.#log = new KnownLog(ports.source, aggregate.log, partition);
    this.#folder = this.#newFolder(shardStart);
  }

  get position(): Position {
    return this.#folder.position;
  }

  /** The number of the last event folded under the latest claim read; -1 for none. */
  get seq(): number {
    return this.#folder.reader.seq;
  }

  get waiting(): number {
    return this.#log.length;
  }

  /** Whether there is anything that no snapshot has. */
  get isUnstored(): boolean {
    return this.#dirty || this.#storing !== undefined;
  }

  /** Drops everything and folds from `position`, which is what Redis holds (`undefined`: nothing). */
  begin(position: Position | undefined): void {
    this.end();
    this.#context.cache.clear();
    this.#folder = this.#newFolder(position ?? shardStart);
    this.#context.storedOffset = position?.offset;
    this.#context.sentOffset = position?.offset;
    // A stored position says so; and what was once sent has been sent, whatever Redis has lost.
    this.#sent = Math.max(this.#sent, position?.offset ?? 0);
    this.#begun = true;
    this.#log.begin(this.#folder.reader.offset);
  }

  /** The shard's own claim has been folded, and all before it: lets those know who read the model. */
  own(): void {
    this.#owns = true;
    this.#dirty = true;
    this.#storeSoon();
  }

  /** What is being folded is void. */
  end(): void {
    this.#session += 1;
    this.#owns = false;
    this.#begun = false;
    this.#log.clear();
    this.#dirty = false;
    this.#unstored = 0;
    this.#storing = undefined;
    this.#settle = undefined;
  }

  /**
   * Takes records of the log. Those that arrive between an end and the next beginning are not ours:
   * folded onto the old position they would make a snapshot with a hole in it.
   */
  receive(records: readonly LogRecord[]): void {
    if (this.#begun) this.#log.receive(records);
  }

  /** The shard's own batch stands in the log from offset `first` on. */
  appended(first: number, batch: readonly EventRecord[]): void {
    if (this.#owns) this.#log.appended(first, batch);
  }

  /** Reads the log from where it is known. */
  read(): void {
    if (this.#owns) this.#log.read();
  }

  /**
   * Folds what has been read. `onClaim` is called as soon as a claim is seen, before the rest is dealt
   * with; `consumed` says how far the inputs are, given the last number folded. Throws `Superseded`
   * when it became void while waiting.
   */
  async fold(
    onClaim: () => void,
    consumed: (seq: number) => Record<string, LogPosition> | undefined,
  ): Promise<Folded | undefined> {
    this.#folding = true;
    try {
      return await this.#foldNext(onClaim, consumed);
    } finally {
      this.#folding = false;
      this.#settle?.();
      this.#settle = undefined;
      this.#storeSoon();
    }
  }

  async #foldNext(
    onClaim: () => void,
    consumed: (seq: number) => Record<string, LogPosition> | undefined,
  ): Promise<Folded | undefined> {
    const session = this.#session;
    const current = () => session === this.#session;
    if (this.#unstored > LARGEST_UNSTORED) await this.#storing;
    if (!current()) return undefined;
    const folder = this.#folder;
    const records = this.#log.next();
    const { events, claims } = await this.#classify(folder, records, onClaim);
    if (!current()) return undefined;
    const ids = events.map(({ record }) => record.key);
    if (!(await this.#context.load(ids, current))) return undefined;

    const { codec, writer, observe } = this.#context.ports;
    const messages: { topic: string; record: NewRecord }[] = [];
    for (const event of events) {
      folder.fold(event);
      if (event.record.offset < this.#sent) continue;
      for (const [index, outgoing] of folder.follows(event).entries()) {
        const { source } = this.#context;
        const record = outgoingRecord(codec, source, event.record, index, outgoing);
        messages.push({ topic: outgoing.to, record });
      }
    }
    if (messages.length > 0) await this.#context.kafka(current, () => writer.send(messages));
    if (!current()) return undefined;
    this.#sent = Math.max(this.#sent, folder.reader.offset);
    const inputs = claims.length === 0 ? consumed(folder.reader.seq) : undefined;
    if (inputs !== undefined) folder.consumed(inputs);
    this.#dirty = true;
    this.#unstored += events.length;
    observe({ type: 'folded', events: events.length, messages: messages.length });
    return { claims };
  }

  async #classify(folder: Folder<S, E>, records: readonly LogRecord[], onClaim: () => void) {
    const { codec, observe } = this.#context.ports;
    const events: ReadBack<E>[] = [];
    const claims: LogRecord[] = [];
    for (const record of records) {
      const reading = folder.reader.read(record);
      if (reading === 'claim') {
        this.read();
        this.#owns = false;
        onClaim();
        claims.push(record);
      } else if (reading === 'zombie' || reading === 'repeated') {
        observe({ type: 'dropped', reason: reading, at: record });
      } else {
        if (reading === 'gap') observe({ type: 'gap', at: record });
        try {
          const received = receive<E>(codec, record);
          const event = received instanceof Promise ? await received : received;
          events.push({ event, record });
        } catch (error) {
          observe({ type: 'unreadable', at: record, error });
        }
      }
    }
    return { events, claims };
  }

  /** Stores what has been folded and sent, unless a snapshot is on its way: that will see to it. */
  #storeSoon(): void {
    if (!this.#dirty || this.#folding || this.#storing !== undefined) return;
    this.#dirty = false;
    this.#unstored = 0;
    this.#storing = this.#store();
    this.#context.background(this.#storing);
  }

  async #store(): Promise<void> {
    const session = this.#session;
    const current = () => session === this.#session;
    const folder = this.#folder;
    const { ports, aggregate, partition } = this.#context;
    const changes = folder.takeChanges();
    const { position } = folder;
    const base = this.#context.storedOffset;
    // As of now: while Redis is away the claim may be read, and what stands before it is not all in this snapshot.
    const complete = this.#owns;
    this.#context.sentOffset = position.offset;
    const result = await this.#context.redis(current, () =>
      ports.store.apply(base, position, changes, complete),
    );
    if (!current()) return;
    this.#storing = undefined;
    if (result !== 'applied') {
      const lost = result === 'lost';
      this.#context.restart(
        lost ? 'the read model has lost something' : 'another owner has stored a later snapshot',
      );
      return;
    }
    this.#context.storedOffset = position.offset;
    if (this.#folding) this.#settle = () => folder.stored(changes);
    else folder.stored(changes);
    const offsets = Object.entries(position.inputs).map(([topic, { offset }]) => ({
      topic,
      offset,
    }));
    offsets.push({ topic: aggregate.log, offset: position.offset });
    ports.source.commit(offsets.map((at) => ({ ...at, partition })));
    this.#storeSoon();
  }

  #newFolder(from: Position): Folder<S, E> {
    const { aggregate, cache, timers } = this.#context;
    return new Folder(aggregate, cache, timers, from);
  }
}
