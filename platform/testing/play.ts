import { expect } from 'vitest';
import type { Context, DeadlineReached, Decider } from '../messaging/decider.ts';
import type { Message } from '../messaging/message.ts';
import { deadlineReached, received } from './given-when-then.ts';

/** What came of playing inputs: the state at the end, and the events of each input. */
export interface Played<S, E> {
  readonly state: S;
  readonly events: readonly (readonly E[])[];
}

/**
 * Plays inputs as the kernel would, one a second: deadlines that have passed fire first, `lookup` is
 * answered by `answer`. After each input it is decided again, which must not change the state.
 */
export function play<S, I extends Message, E extends Message, Q = never, A = never>(
  decider: Decider<S, I, E, Q, A>,
  inputs: readonly I[],
  options: {
    readonly answer?: (question: Q) => A;
    /** Called with the state after every input. */
    readonly check?: (state: S, events: readonly E[]) => void;
  } = {},
): Played<S, E> {
  let state = decider.initialState;
  let now = 0;
  const events: (readonly E[])[] = [];
  const decide = (input: I | DeadlineReached, before: S): readonly E[] => {
    const message =
      input.type === 'DeadlineReached' ? (input as DeadlineReached) : received(input as I);
    const question = decider.lookup?.(message, before);
    const context: Context<A> = {
      now,
      ...(question !== undefined && options.answer && { answer: options.answer(question) }),
    };
    const decision = decider.decide(message, before, context);
    return 'ignored' in decision ? [] : decision;
  };
  const fold = (before: S, list: readonly E[]) => list.reduce(decider.evolve, before);
  const step = (input: I | DeadlineReached, repeats: boolean) => {
    const decided = decide(input, state);
    state = fold(state, decided);
    events.push(decided);
    expect(JSON.parse(JSON.stringify(state)), 'the state is plain JSON').toEqual(state);
    if (repeats) expect(fold(state, decide(input, state)), 'decided twice').toEqual(state);
    options.check?.(state, decided);
  };
  for (const input of inputs) {
    now += 1_000;
    for (let due = decider.deadline?.(state); due !== undefined && due <= now; ) {
      step(deadlineReached(due), false);
      const next = decider.deadline?.(state);
      expect(next, 'a deadline that has fired is gone').not.toBe(due);
      due = next;
    }
    step(input, true);
  }
  return { state, events };
}
