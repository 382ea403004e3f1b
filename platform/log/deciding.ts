import type { Message } from '../messaging/message.ts';
import { intoBatches } from './batches.ts';
import type { ShardContext } from './context.ts';
import { deadLetter, deadLetterTopic } from './dead-letter.ts';
import { Decisions, type EventRecord, type ReadyInput } from './decide.ts';
import { receive } from './envelope.ts';
import { type Answered, foresee } from './foresee.ts';
import { InputQueue, type QueuedInput } from './input-queue.ts';
import type { LogRecord } from './ports.ts';
import type { LogPosition, Position } from './position.ts';

/** Inputs decided in one step at most: bounds the time until the shard looks up again. */
const LARGEST_STEP = 500;
/** … where they may ask: the outside has others to answer as well. */
const LARGEST_ASKING_STEP = 100;
const BATCH_BYTES = 800_000;
/** Events that may be decided and not yet read back before deciding waits. */
const LARGEST_LEAD = 5_000;
const PAUSE_ABOVE = 4_000;
const RESUME_BELOW = 1_000;

/**
 * The deciding half of a shard: takes all inputs that wait, decides them in memory, appends their
 * events in one batch, awaits it, and begins again. What arrives during an append forms the next step.
 */
export class Deciding<S extends object, I extends Message, E extends Message, Q, A> {
  readonly #context: ShardContext<S, I, E, Q, A>;
  readonly #queue: InputQueue;
  readonly #paused = new Set<string>();
  #consumed: { seq: number; inputs: Record<string, LogPosition> }[] = [];
  /** Set from the moment that the shard's own claim has been folded until the next claim is read. */
  #decisions: Decisions<S, I, E, Q, A> | undefined;
  /** Changes whenever what is being decided becomes void. */
  #term = 0;
  #cancelTimer: (() => void) | undefined;
  readonly #wake: () => void;
  readonly #appended: (first: number, records: readonly EventRecord[]) => void;

  constructor(
    context: ShardContext<S, I, E, Q, A>,
    wake: () => void,
    appended: (first: number, records: readonly EventRecord[]) => void,
  ) {
    const { aggregate, ports } = context;
    this.#context = context;
    this.#queue = new InputQueue(aggregate.inbox, aggregate.subscribes, ports.observe);
    this.#wake = wake;
    this.#appended = appended;
  }

  get isOn(): boolean {
    return this.#decisions !== undefined;
  }

  /** The number of the last event decided under the current claim; -1 for none. */
  get seq(): number {
    return this.#decisions?.seq ?? -1;
  }

  /** From here on this shard decides, on what was folded up to `position`. */
  begin(position: Position): void {
    const { cache, timers, ports, aggregate, partition } = this.#context;
    cache.reset();
    timers.reset();
    this.#queue.restart(position.inputs);
    this.#paused.clear();
    this.#decisions = new Decisions(
      aggregate,
      partition,
      cache,
      ports.codec,
      ports.observe,
      position,
    );
    for (const topic of this.#queue.topics) {
      ports.source.seek(topic, partition, position.inputs[topic]?.offset ?? 0);
    }
    this.armTimer();
  }

  /** Decides no more; what is under way is void. */
  end(): void {
    this.#term += 1;
    this.#decisions = undefined;
    this.#consumed = [];
    this.#queue.restart({});
    this.#cancelTimer?.();
  }

  receive(topic: string, records: readonly LogRecord[]): void {
    if (!this.isOn) return;
    this.#queue.push(topic, records);
    if (this.#queue.length > PAUSE_ABOVE && !this.#paused.has(topic)) {
      this.#paused.add(topic);
      this.#context.ports.source.pause(topic, this.#context.partition);
    }
  }

  /** Whether there is something to decide, and read-back (at `folded`) is near enough. */
  hasWork(folded: number): boolean {
    if (this.#decisions === undefined || this.#decisions.seq - folded > LARGEST_LEAD) return false;
    const due = this.#context.timers.next();
    return this.#queue.length > 0 || (due !== undefined && due <= this.#context.ports.clock.now());
  }

  /** The input positions of all steps whose events have been folded up to number `folded`. */
  takeConsumed(folded: number): Record<string, LogPosition> | undefined {
    let last: Record<string, LogPosition> | undefined;
    while (this.hasConsumed(folded)) last = this.#consumed.shift()?.inputs;
    return last;
  }

  hasConsumed(folded: number): boolean {
    const first = this.#consumed[0];
    return first !== undefined && first.seq <= folded;
  }

  armTimer(): void {
    this.#cancelTimer?.();
    const { timers, ports } = this.#context;
    const next = timers.next();
    if (next === undefined || !this.isOn) return;
    this.#cancelTimer = ports.clock.after(next - ports.clock.now(), () => {
      // Woken too early the shard would find nothing to do, and nobody would wake it again.
      if (ports.clock.now() < next) this.armTimer();
      else this.#wake();
    });
  }

  /** One step. Throws `Superseded` when it became void while waiting for Kafka or Redis. */
  async step(): Promise<void> {
    const { cache, ports, aggregate } = this.#context;
    const decisions = this.#decisions;
    if (decisions === undefined) return;
    const term = this.#term;
    const current = () => term === this.#term;

    const taken = await this.#takeInputs();
    const ids = taken.filter(({ message }) => message !== undefined).map(({ id }) => id);
    if (!current() || !(await this.#context.load(ids, current))) return;
    const { inputs, answered } = await this.#ask(taken, current);
    if (!current()) return;
    this.#putBack(taken.slice(inputs.length));

    const step = decisions.decide(inputs, answered, ports.clock.now());
    const consumed = { seq: decisions.seq, inputs: { ...decisions.inputs } };
    this.#putBack(step.left);
    await this.#setAside(step.deadLetters, current);
    for (const batch of intoBatches(step.decided, BATCH_BYTES)) {
      const first = await this.#append(batch, current);
      if (!current()) return;
      this.#appended(first, batch);
    }
    if (!current()) return;
    const events = step.decided.reduce((sum, { records }) => sum + records.length, 0);
    ports.observe({ type: 'decided', inputs: inputs.length - step.left.length, events });
    this.#consumed.push(consumed);
    for (const id of ids) cache.release(id, aggregate.decider.isEnded);
    this.armTimer();
  }

  async #takeInputs(): Promise<ReadyInput<I>[]> {
    const { codec, clock, source, answer } = this.#context.ports;
    const most = answer === undefined ? LARGEST_STEP : LARGEST_ASKING_STEP;
    const queued = this.#queue.take(most);
    if (this.#queue.length < RESUME_BELOW) {
      for (const topic of this.#paused) source.resume(topic, this.#context.partition);
      this.#paused.clear();
    }
    // What arrived before a deadline is decided before it: an answer given in time counts, however
    // far behind the shard is.
    const upTo = Math.min(clock.now(), this.#queue.waitingSince());
    const due = this.#context.timers.take(upTo, most);
    const inputs: ReadyInput<I>[] = [];
    for (const item of queued) {
      const { record } = item;
      if (record === undefined) {
        inputs.push({ id: '', queued: item });
        continue;
      }
      try {
        if (record.key === '') throw new Error('the record has no key, so it names no aggregate');
        inputs.push({ id: record.key, message: await receive<I>(codec, record), queued: item });
      } catch (error) {
        inputs.push({ id: record.key, queued: item, unreadable: String(error) });
      }
    }
    for (const { id, deadline } of due) {
      inputs.push({ id, message: { type: 'DeadlineReached', data: { deadline } } });
    }
    return inputs;
  }

  /** As many of the inputs as can be decided with one round of answers, and the answers. */
  async #ask(inputs: readonly ReadyInput<I>[], current: () => boolean) {
    const answered = new Map<ReadyInput<I>, Answered<Q, A>>();
    const { answer, clock } = this.#context.ports;
    if (answer === undefined) return { inputs, answered };
    const { aggregate, cache } = this.#context;
    const { length, asking } = foresee(aggregate, cache, inputs, clock.now());
    const questions = asking.map(([, question]) => question);
    const found =
      questions.length === 0 ? [] : await this.#context.redis(current, () => answer(questions));
    for (const [nth, [i, question]] of asking.entries()) {
      answered.set(inputs[i] as ReadyInput<I>, { question, answer: found[nth] as A });
    }
    return { inputs: inputs.slice(0, length), answered };
  }

  #append(batch: readonly EventRecord[], current: () => boolean): Promise<number> {
    const { aggregate, partition, ports } = this.#context;
    return this.#context.kafka(current, () => ports.writer.append(aggregate.log, partition, batch));
  }

  /** Dead letters are written before anything later in the log can say that their input is done. */
  async #setAside(
    letters: readonly { readonly record: LogRecord; readonly reason: string }[],
    current: () => boolean,
  ): Promise<void> {
    const { aggregate, ports } = this.#context;
    for (const { record, reason } of letters) {
      ports.observe({ type: 'dead-letter', at: record, reason });
      const topic = deadLetterTopic(aggregate.inbox);
      const letter = deadLetter(record, `hail.${aggregate.kind}`, reason, ports.clock.now());
      await this.#context.kafka(current, () => ports.writer.send([{ topic, record: letter }]));
    }
  }

  #putBack(left: readonly ReadyInput<I>[]): void {
    const queued: QueuedInput[] = [];
    for (const { id, queued: item } of left) {
      if (item === undefined) this.#context.timers.putBack(id);
      else queued.push(item);
    }
    this.#queue.unshift(queued);
  }
}
