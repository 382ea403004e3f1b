import type { Decider } from './decider.ts';
import type { Message, Outgoing, Received } from './message.ts';

/** A pure function from an event, read back from the log, to messages for other inboxes. */
export type Policy<E extends Message> = (event: Received<E>) => readonly Outgoing[];

/** How a state shows in the read model, besides its document. */
export interface View<S> {
  /** The named sets (Redis `{kind:p}:<set>`) that hold this aggregate's id while it is in this state. */
  sets(state: S): readonly string[];
}

/** Everything the kernel needs to run one kind of aggregate: topics, a decider, a policy, a view. */
export interface Aggregate<
  S,
  I extends Message,
  E extends Message,
  Question = never,
  Answer = never,
> {
  /** `trip`: names the consumer group (`hail.trip`) and the Redis keys (`{trip:p}:…`). */
  readonly kind: string;
  readonly inbox: string;
  readonly log: string;
  /** Other logs with the same key, and the event types of each that this kind listens to. */
  readonly subscribes: Readonly<Record<string, readonly string[]>>;
  readonly decider: Decider<S, I, E, Question, Answer>;
  readonly policy: Policy<E>;
  readonly view?: View<S>;
}
