import type { Aggregate } from '../messaging/aggregate.ts';
import type { DeadlineReached } from '../messaging/decider.ts';
import type { Message, Received } from '../messaging/message.ts';
import type { AggregateCache } from './cache.ts';
import { cloudEvent, inherited } from './envelope.ts';
import { type Answered, answers } from './foresee.ts';
import { formatCause, formatNumber, formatOrigin, header, parseOrigin } from './headers.ts';
import type { QueuedInput } from './input-queue.ts';
import type { Observe } from './observer.ts';
import type { Codec, LogRecord, NewRecord } from './ports.ts';
import { isAfter, type LogPosition, type OriginMark, type Position } from './position.ts';

/** An input made ready for deciding: a message, a deadline, or something that can only be passed. */
export interface ReadyInput<I extends Message> {
  readonly id: string;
  /** Absent when there is nothing to decide, or nothing that could be read. */
  readonly message?: Received<I> | DeadlineReached;
  /** Absent for a deadline. */
  readonly queued?: QueuedInput;
  /** Why the record cannot be read. */
  readonly unreadable?: string;
}

/** An event, encoded, with the time of its decision. */
export type EventRecord = NewRecord & { readonly timestamp: number };

/** The events of one input. They are appended together or not at all. */
export interface DecidedInput {
  readonly records: readonly EventRecord[];
  readonly bytes: number;
}

export interface DecidedStep<I extends Message> {
  readonly decided: readonly DecidedInput[];
  /** From here on something was missing (state or answer); decide these in the next step. */
  readonly left: readonly ReadyInput<I>[];
  readonly deadLetters: readonly { readonly record: LogRecord; readonly reason: string }[];
}

/** An input's events may not be larger than this together: a record batch is 1 MB at most. */
const LARGEST_INPUT = 900_000;

/**
 * The deciding half of a shard: decides inputs one after another in memory, on states and marks that
 * run ahead of the log by what is being appended. Lives from one claim to the next.
 */
export class Decisions<S extends object, I extends Message, E extends Message, Q, A> {
  readonly inputs: Record<string, LogPosition>;
  readonly #origins: Record<string, OriginMark>;
  readonly #epoch: number;
  #seq = -1;
  readonly #aggregate: Aggregate<S, I, E, Q, A>;
  readonly #cache: AggregateCache<S>;
  readonly #codec: Codec;
  readonly #observe: Observe;
  readonly #partition: number;

  constructor(
    aggregate: Aggregate<S, I, E, Q, A>,
    partition: number,
    cache: AggregateCache<S>,
    codec: Codec,
    observe: Observe,
    from: Position,
  ) {
    this.#aggregate = aggregate;
    this.#partition = partition;
    this.#cache = cache;
    this.#codec = codec;
    this.#observe = observe;
    this.#epoch = from.epoch;
    this.inputs = { ...from.inputs };
    this.#origins = { ...from.origins };
  }

  /** The number of the last event decided in this epoch; -1 for none. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether this input, or the message it repeats, has been decided before. */
  #isKnown({ topic, next, record }: QueuedInput): boolean {
    if (next.offset <= (this.inputs[topic]?.offset ?? 0)) return true;
    const origin = parseOrigin(record?.headers[header.origin]);
    if (origin === undefined) return false;
    return !isAfter(origin, this.#origins[`${origin.topic}/${origin.partition}`]);
  }

  /** The input has been dealt with: do not take it again. In order, or what is skipped is lost. */
  #pass({ topic, next, record }: QueuedInput): void {
    if (next.offset > (this.inputs[topic]?.offset ?? 0)) this.inputs[topic] = next;
    const origin = parseOrigin(record?.headers[header.origin]);
    if (origin === undefined) return;
    const source = `${origin.topic}/${origin.partition}`;
    if (isAfter(origin, this.#origins[source])) {
      this.#origins[source] = { offset: origin.offset, index: origin.index };
    }
  }

  /**
   * Decides the inputs in order. `answered` has what `lookup` asked for, by input; it counts only if the
   * input, now that those before it are decided, still asks the same.
   */
  decide(
    inputs: readonly ReadyInput<I>[],
    answered: ReadonlyMap<ReadyInput<I>, Answered<Q, A>>,
    now: number,
  ): DecidedStep<I> {
    const decided: DecidedInput[] = [];
    const deadLetters: { record: LogRecord; reason: string }[] = [];
    for (const [i, input] of inputs.entries()) {
      const { queued, message, unreadable } = input;
      const record = queued?.record;
      if (queued !== undefined && (message === undefined || this.#isKnown(queued))) {
        if (record !== undefined && unreadable !== undefined) {
          deadLetters.push({ record, reason: unreadable });
        } else if (record !== undefined) {
          this.#observe({ type: 'dropped', reason: 'duplicate', at: record });
        }
        this.#pass(queued);
        continue;
      }
      if (message === undefined) continue;
      const entry = this.#cache.get(input.id);
      if (entry === undefined) return { decided, left: inputs.slice(i), deadLetters };
      try {
        if (queued === undefined && this.#isStale(message, entry.decided)) continue;
        const question = this.#aggregate.decider.lookup?.(message, entry.decided);
        const known = question === undefined ? undefined : answered.get(input);
        if (question !== undefined && !answers(known, question)) {
          return { decided, left: inputs.slice(i), deadLetters };
        }
        const result = this.#decideOne(input, message, entry.decided, known?.answer, now);
        if (result !== undefined) {
          entry.decided = result.state;
          entry.pending += result.records.length;
          this.#seq += result.records.length;
          decided.push(result);
        }
      } catch (error) {
        if (record === undefined) this.#observe({ type: 'failed', error });
        else deadLetters.push({ record, reason: String(error) });
      }
      if (queued !== undefined) this.#pass(queued);
    }
    return { decided, left: [], deadLetters };
  }

  #isStale(message: Received<I> | DeadlineReached, state: S): boolean {
    const { deadline } = (message as DeadlineReached).data;
    return this.#aggregate.decider.deadline?.(state) !== deadline;
  }

  #decideOne(
    input: ReadyInput<I>,
    message: Received<I> | DeadlineReached,
    before: S,
    answer: A | undefined,
    now: number,
  ) {
    const { decider } = this.#aggregate;
    const context = { now, ...(answer !== undefined && { answer }) };
    const decision = decider.decide(message, before, context);
    if (decision !== undefined && 'ignored' in decision) {
      this.#observe({ type: 'ignored', input: message.type, reason: decision.ignored });
      return undefined;
    }
    if (!Array.isArray(decision))
      throw new Error(`a ${this.#aggregate.kind} takes no ${message.type}`);
    let state = before;
    let bytes = 0;
    const records = decision.map((event, i) => {
      state = decider.evolve(state, event);
      const record = this.#eventRecord(input, event, this.#seq + 1 + i, now);
      bytes += record.value.length + 300;
      return record;
    });
    if (bytes > LARGEST_INPUT)
      throw new Error(`its events take ${bytes} bytes, too many for one batch`);
    return { records, bytes, state };
  }

  #eventRecord(input: ReadyInput<I>, event: E, seq: number, timestamp: number): EventRecord {
    const { log, kind } = this.#aggregate;
    const number = formatNumber({ epoch: this.#epoch, seq });
    const headers: Record<string, string> = {
      ...cloudEvent(
        `/hail/${kind}`,
        `${log}/${this.#partition}/${number}`,
        this.#codec.fullName(event.type),
      ),
      [header.epoch]: number,
    };
    const record = input.queued?.record;
    if (record === undefined) {
      headers[header.cause] = `deadline/${(input.message as DeadlineReached).data.deadline}`;
    } else {
      const causeNumber = input.queued?.number;
      Object.assign(headers, inherited(record.headers));
      const { topic, partition, offset } = record;
      headers[header.cause] = formatCause({
        topic,
        partition,
        offset,
        ...(causeNumber && { number: causeNumber }),
      });
      const origin = parseOrigin(record.headers[header.origin]);
      if (origin !== undefined) headers[header.origin] = formatOrigin(origin);
    }
    const value = this.#codec.encode(event.type, event.data);
    return { key: input.id, value, headers, timestamp };
  }
}
