import type { LogRecord } from '../../log/ports.ts';
import type { Message } from '../../messaging/message.ts';
import { readMessage } from './codec.ts';

/** An event that counts, as an outsider reads it. */
export interface Fact {
  readonly record: LogRecord;
  readonly event: Message;
  /** What its aggregate's state is with it. */
  readonly state: object;
}

interface Foldable {
  readonly initialState: object;
  evolve(state: never, event: never): object;
}

/**
 * One log partition read from outside, by the letter of the rules and with none of the kernel's code:
 * an event counts if its epoch is the offset of the latest claim and its number the next.
 */
export class Chronicle {
  readonly facts: Fact[] = [];
  /** Where numbers were missing, if anywhere. */
  gap: number | undefined;
  readonly #decider: Foldable;
  readonly #states = new Map<string, Fact[]>();
  #epoch = -1;
  #seq = -1;

  constructor(decider: Foldable) {
    this.#decider = decider;
  }

  get keys(): Iterable<string> {
    return this.#states.keys();
  }

  add(record: LogRecord): void {
    if (record.headers['ce_type'] === 'hail.log.ShardClaimed') {
      this.#epoch = record.offset;
      this.#seq = -1;
      return;
    }
    const [epoch, seq] = (record.headers['epoch'] ?? '').split('.').map(Number);
    if (epoch !== this.#epoch || seq === undefined || seq <= this.#seq) return;
    if (seq !== this.#seq + 1) this.gap ??= record.offset;
    this.#seq = seq;
    const event = record.value && (readMessage(record.value) as Message);
    if (event === null) return;
    const known = this.#states.get(record.key) ?? [];
    const before = known.at(-1)?.state ?? this.#decider.initialState;
    const state = this.#decider.evolve(before as never, event as never);
    const fact = { record, event, state };
    known.push(fact);
    this.#states.set(record.key, known);
    this.facts.push(fact);
  }

  /** The last event of an aggregate before this offset. */
  latest(key: string, before = Number.POSITIVE_INFINITY): Fact | undefined {
    return this.#states.get(key)?.findLast(({ record }) => record.offset < before);
  }
}
