import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import type { RiderCommand, RiderEvent } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { riderDecider } from './decide.ts';
import { riderPolicy } from './policy.ts';
import type { RiderState } from './rider.ts';

/** The rider and their account, as the kernel runs them. */
export const riderAggregate: Aggregate<RiderState, RiderCommand, RiderEvent> = {
  kind: 'rider',
  inbox: topics.riderCommands.name,
  log: topics.riderEvents.name,
  subscribes: {},
  decider: riderDecider,
  policy: riderPolicy,
};
