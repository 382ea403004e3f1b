import type { Aggregate } from '../../../platform/messaging/aggregate.ts';
import type { DispatchEvent } from '../../../schemas/messages.gen.ts';
import { topics } from '../../../schemas/topics.ts';
import type { Candidate, CandidatesQuestion } from './candidates.ts';
import { type DispatchInput, dispatchDecider } from './decide.ts';
import { type DispatchRules, type DispatchState, defaultDispatchRules } from './dispatch.ts';
import { dispatchPolicy } from './policy.ts';

/** The search for a trip's driver, as the kernel runs it. */
export function dispatchAggregate(
  rules: DispatchRules = defaultDispatchRules,
): Aggregate<
  DispatchState,
  DispatchInput,
  DispatchEvent,
  CandidatesQuestion,
  readonly Candidate[]
> {
  return {
    kind: 'dispatch',
    inbox: topics.dispatchCommands.name,
    log: topics.dispatchEvents.name,
    subscribes: { [topics.tripEvents.name]: ['DriverSearchStarted', 'TripCancelled'] },
    decider: dispatchDecider(rules),
    policy: dispatchPolicy,
  };
}
