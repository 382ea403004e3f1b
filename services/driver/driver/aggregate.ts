import type { Aggregate } from '../../../platform/messaging/aggregate.ts';
import type { DriverCommand, DriverEvent } from '../../../schemas/messages.gen.ts';
import { topics } from '../../../schemas/topics.ts';
import { driverDecider } from './decide.ts';
import type { DriverState } from './driver.ts';
import { driverPolicy } from './policy.ts';

/** The set, kept with the read model, of the drivers who can be offered a trip. */
export const AVAILABLE = 'available';

/** The driver, as the kernel runs them. */
export const driverAggregate: Aggregate<DriverState, DriverCommand, DriverEvent> = {
  kind: 'driver',
  inbox: topics.driverCommands.name,
  log: topics.driverEvents.name,
  subscribes: {},
  decider: driverDecider,
  policy: driverPolicy,
  view: { sets: ({ status }) => (status === 'available' ? [AVAILABLE] : []) },
};
