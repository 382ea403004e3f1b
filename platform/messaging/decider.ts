import type { Message, Received } from './message.ts';

/** Nothing happens, and nothing is written: harmless however often, and whenever, it is decided again. */
export interface Ignored {
  readonly ignored: string;
}

/** Says that an input changes nothing, and why (shown in debug logs and metrics). */
export function ignore(reason: string): Ignored {
  return { ignored: reason };
}

/** What `decide` returns: the events that follow, in order, or the reason why none do. */
export type Decision<E extends Message> = readonly E[] | Ignored;

/** The input that the kernel makes when the deadline of an aggregate's state has passed. */
export type DeadlineReached = Message<'DeadlineReached', { readonly deadline: number }> & {
  readonly metadata?: undefined;
};

/** What `decide` may use besides input and state. It reads no clock and asks nobody itself. */
export interface Context<Answer = never> {
  /** Milliseconds since 1970 (UTC), the owner's clock at the step. */
  readonly now: number;
  /** The answer to the decider's `lookup`, present if and only if `lookup` asked. */
  readonly answer?: Answer;
}

/**
 * The business rules of one kind of aggregate, as pure synchronous functions.
 *
 * A refusal is an event, never an exception: someone waits for the answer. A message from another
 * service must yield an event, so that its mark is in the log; it may be ignored only where deciding
 * it again at any later time could do no harm.
 *
 * @typeParam S state, a union on `status`; must be plain JSON, it is also the document in the read model
 * @typeParam I inputs: commands, replies and subscribed events
 * @typeParam E events
 * @typeParam Question asked of the outside before deciding (`lookup`)
 * @typeParam Answer what comes back
 */
export interface Decider<
  S,
  I extends Message,
  E extends Message,
  Question = never,
  Answer = never,
> {
  /** The state of an aggregate to which nothing has happened yet. */
  readonly initialState: S;
  decide(input: Received<I> | DeadlineReached, state: S, context: Context<Answer>): Decision<E>;
  /** The next state; total, never throws, knows no time but what the event carries. */
  evolve(state: S, event: E): S;
  /** Nothing more is expected to happen: the state may leave memory once it is in the read model. */
  isEnded(state: S): boolean;
  /** When this state wants a `DeadlineReached` (milliseconds since 1970), if ever. */
  deadline?(state: S): number | undefined;
  /** What must be known from outside to decide this input on this state, if anything. */
  lookup?(input: Received<I> | DeadlineReached, state: S): Question | undefined;
}
