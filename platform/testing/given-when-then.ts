import { expect } from 'vitest';
import type { Context, DeadlineReached, Decider, Decision } from '../messaging/decider.ts';
import type { Message, Metadata, Received } from '../messaging/message.ts';

/** What a specification may say besides the input. */
export interface When<Answer> {
  /** Milliseconds since 1970; 0 unless told. */
  readonly now?: number;
  /** What `lookup` brought back. Must be given exactly when the decider asks. */
  readonly answer?: Answer;
  readonly metadata?: Partial<Metadata>;
}

/** What can be said of a decision. */
export interface Then<S, E extends Message> {
  readonly decision: Decision<E>;
  /** The decision is exactly these events, in this order. */
  then(...events: readonly E[]): Then<S, E>;
  /** The decision is to do nothing. */
  thenIgnored(): Then<S, E>;
  /** The state after the decision contains `fields`. */
  thenState(fields: Partial<Record<string, unknown>>): Then<S, E>;
}

/** Puts `message` into an envelope, as if it had been read from a topic. */
export function received<M extends Message>(
  message: M,
  metadata: Partial<Metadata> = {},
): Received<M> {
  const coordinate = { topic: 'specification', partition: 0, offset: 0 };
  return {
    ...message,
    metadata: { id: 'specification/0/0', key: '', coordinate, timestamp: 0, ...metadata },
  } as unknown as Received<M>;
}

/** The expiry of a deadline, as the kernel makes it. */
export function deadlineReached(deadline: number): DeadlineReached {
  return { type: 'DeadlineReached', data: { deadline } };
}

/**
 * Specifies a decider: `given(decider, ...events).when(input, { now }).then(...events)`.
 *
 * Fails when the decider asks (`lookup`) without an answer being given, or the other way round: the
 * two must agree, or a shard would wait for ever.
 */
export function given<S, I extends Message, E extends Message, Q, A>(
  decider: Decider<S, I, E, Q, A>,
  ...history: readonly E[]
) {
  const state = history.reduce(
    (before, event) => decider.evolve(before, event),
    decider.initialState,
  );
  return {
    state,
    when(input: I | DeadlineReached, { now = 0, answer, metadata }: When<A> = {}): Then<S, E> {
      const message = isDeadline(input) ? input : received(input, metadata);
      const asks = decider.lookup?.(message, state) !== undefined;
      expect(asks, 'lookup asks exactly when an answer is given').toBe(answer !== undefined);
      const context: Context<A> = { now, ...(answer !== undefined && { answer }) };
      return specify(decider, state, decider.decide(message, state, context));
    },
  };
}

function isDeadline(input: Message): input is DeadlineReached {
  return input.type === 'DeadlineReached';
}

function specify<S, I extends Message, E extends Message, Q, A>(
  decider: Decider<S, I, E, Q, A>,
  before: S,
  decision: Decision<E>,
): Then<S, E> {
  const events = 'ignored' in decision ? [] : decision;
  return {
    decision,
    // biome-ignore lint/suspicious/noThenProperty: never awaited; "given, when, then" is the language of specifications
    then(...expected) {
      expect(decision).toEqual(expected);
      return this;
    },
    thenIgnored() {
      expect(decision).toEqual({ ignored: expect.any(String) });
      return this;
    },
    thenState(fields) {
      const after = events.reduce((state, event) => decider.evolve(state, event), before);
      expect(after).toMatchObject(fields);
      return this;
    },
  };
}
