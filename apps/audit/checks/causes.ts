import { type Cause, formatNumber, formatOrigin } from '../../../platform/log/headers.ts';
import type { EventNumber, Origin } from '../../../platform/messaging/message.ts';
import type { End } from '../check.ts';
import type { Findings, Place } from '../findings.ts';
import { Queue } from '../queue.ts';
import type { Wiring } from '../topology.ts';
import { isLater, type Mark } from './marks.ts';

/** A record that a shard may decide on. */
export interface Input {
  readonly at: Place;
  readonly key: string;
  readonly number?: EventNumber;
  readonly origin?: Origin;
}

/** The first event of a decision, as far as its headers say where it comes from. */
export interface Decided {
  readonly at: Place;
  readonly key: string;
  readonly epoch: number;
  readonly origin: Origin | undefined;
}

interface Awaited extends Decided {
  readonly cause: Cause;
}

/** One input topic of one shard. */
interface Line {
  readTo: number;
  /** The offset of the last input that was decided with an event. */
  mark: number;
  readonly inputs: Queue<Input>;
  readonly decisions: Queue<Awaited>;
}

/**
 * Every input is decided at most once, in order, and every event has its input. Within a log partition
 * the causes of one input topic grow and the events of one input stand together. So do the origins of
 * one sender's partition: a message that came twice had one effect.
 */
export class Causes {
  readonly #findings: Findings;
  readonly #lines = new Map<string, Line>();
  readonly #last = new Map<string, string>();
  readonly #origins = new Map<string, Mark>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Takes what a shard of `kind` reads, in order; `input` is absent where it would pass over. */
  read(wiring: Wiring, at: Place, input: Input | undefined): void {
    const line = this.#line(wiring.kind, at.topic, at.partition);
    line.readTo = at.offset + 1;
    if (input !== undefined) line.inputs.push(input);
    this.#settle(line);
  }

  /** Takes a valid event of the log. `text` is its cause as the header has it. */
  event(
    wiring: Wiring,
    decided: Decided,
    text: string | undefined,
    cause: Cause | undefined,
  ): void {
    const { at, epoch, origin } = decided;
    const shard = `${at.topic}/${at.partition}`;
    const step = `${epoch} ${text}`;
    if (cause === undefined) {
      this.#last.delete(shard);
      if (/^deadline\/\d+$/.test(text ?? '')) return;
      this.#violation(`its cause, ${text ?? 'none'}, is neither an input nor a deadline`, at);
      return;
    }
    if (this.#last.get(shard) === step) return;
    this.#last.set(shard, step);
    const isInput = cause.topic === wiring.inbox || cause.topic in wiring.subscribes;
    if (!isInput || cause.partition !== at.partition) {
      this.#violation(
        `its cause, ${text}, is not an input of shard ${wiring.kind}:${at.partition}`,
        at,
      );
      return;
    }
    const line = this.#line(wiring.kind, cause.topic, cause.partition);
    if (cause.offset <= line.mark) {
      const before = `${cause.topic}/${cause.partition}/${line.mark}`;
      this.#violation(`its cause, ${text}, was decided before: the log was at ${before}`, at);
      return;
    }
    line.mark = cause.offset;
    line.decisions.push({ ...decided, cause });
    this.#settle(line);
    if (origin !== undefined) this.#origin(shard, origin, at);
  }

  /** Whether an input after this one has been decided. */
  isPassed(kind: string, { topic, partition, offset }: Place): boolean {
    return (this.#lines.get(`${kind} ${topic}/${partition}`)?.mark ?? -1) > offset;
  }

  end(end: End): void {
    for (const { decisions } of this.#lines.values()) {
      for (let next = decisions.shift(); next !== undefined; next = decisions.shift()) {
        if (end.isSettled(next.at)) this.#missing(next);
      }
    }
  }

  #settle({ inputs, decisions, readTo }: Line): void {
    for (
      let next = decisions.first;
      next !== undefined && next.cause.offset < readTo;
      next = decisions.first
    ) {
      decisions.shift();
      while ((inputs.first?.at.offset ?? Number.POSITIVE_INFINITY) < next.cause.offset)
        inputs.shift();
      if (inputs.first?.at.offset === next.cause.offset) {
        this.#compare(next, inputs.shift() as Input);
      } else {
        this.#missing(next);
      }
    }
  }

  #compare({ at, key, cause, origin }: Awaited, input: Input): void {
    const place = `${cause.topic}/${cause.partition}/${cause.offset}`;
    if (key !== input.key) {
      this.#violation(`it is of ${key}, its cause ${place} of ${input.key}`, at);
    }
    const [has, wants] = [cause.number, input.number].map((n) => (n ? formatNumber(n) : 'none'));
    if (has !== wants) {
      this.#violation(`it names the number ${has} for its cause ${place}, which has ${wants}`, at);
    }
    const [says, had] = [origin, input.origin].map((o) => (o ? formatOrigin(o) : 'none'));
    if (says !== had)
      this.#violation(`its origin is ${says}, that of its cause ${place} ${had}`, at);
  }

  #origin(shard: string, origin: Origin, at: Place): void {
    const sender = `${shard} ${origin.topic}/${origin.partition}`;
    const mark = this.#origins.get(sender);
    if (mark !== undefined && !isLater(origin, mark)) {
      const text = `the message with origin ${formatOrigin(origin)} had a second effect`;
      this.#findings.violation('message', text, at);
      return;
    }
    this.#origins.set(sender, origin);
  }

  #missing({ cause, at }: Awaited): void {
    const place = `${cause.topic}/${cause.partition}/${cause.offset}`;
    this.#violation(`its cause ${place} is nothing that this shard decides on`, at);
  }

  #violation(text: string, at: Place): void {
    this.#findings.violation('cause', text, at);
  }

  #line(kind: string, topic: string, partition: number): Line {
    const name = `${kind} ${topic}/${partition}`;
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = { readTo: 0, mark: -1, inputs: new Queue(), decisions: new Queue() };
      this.#lines.set(name, line);
    }
    return line;
  }
}
