import { isDeepStrictEqual } from 'node:util';
import type { Aggregate } from '../messaging/aggregate.ts';
import type { DeadlineReached } from '../messaging/decider.ts';
import type { Message, Received } from '../messaging/message.ts';
import type { AggregateCache } from './cache.ts';

/** An input as far as foreseeing needs it. */
interface Foreseeable<I extends Message> {
  readonly id: string;
  /** Absent when there is nothing to decide. */
  readonly message?: Received<I> | DeadlineReached;
}

/** What the outside was asked before an input could be decided, and what it answered. */
export interface Answered<Q, A> {
  readonly question: Q;
  readonly answer: A;
}

/**
 * Goes through the inputs of a step as if deciding them, to know what each will ask once those before
 * it have changed the state. Ends before the first whose aggregate has asked already, since its state
 * depends on the answer: `length` inputs can be decided with one round of answers.
 *
 * A wrong guess does no harm. An answer counts only for the question it was given to.
 */
export function foresee<S extends object, I extends Message, E extends Message, Q, A>(
  { decider }: Aggregate<S, I, E, Q, A>,
  cache: AggregateCache<S>,
  inputs: readonly Foreseeable<I>[],
  now: number,
): { readonly length: number; readonly asking: readonly (readonly [number, Q])[] } {
  const asking: (readonly [number, Q])[] = [];
  const asked = new Set<string>();
  const states = new Map<string, S>();
  for (const [i, { id, message }] of inputs.entries()) {
    if (message === undefined) continue;
    if (asked.has(id)) return { length: i, asking };
    const state = states.get(id) ?? cache.get(id)?.decided;
    if (state === undefined) continue;
    try {
      const question = decider.lookup?.(message, state);
      if (question !== undefined) {
        asking.push([i, question]);
        asked.add(id);
        continue;
      }
      const decision = decider.decide(message, state, { now });
      if (Array.isArray(decision)) {
        states.set(
          id,
          decision.reduce((after: S, event: E) => decider.evolve(after, event), state),
        );
      }
    } catch {
      // Deciding will fail at the same place, and set the input aside.
    }
  }
  return { length: inputs.length, asking };
}

/** Whether this is the answer to that question, and not to one on a state that has passed. */
export function answers<Q, A>(answered: Answered<Q, A> | undefined, question: Q): boolean {
  return answered !== undefined && isDeepStrictEqual(answered.question, question);
}
