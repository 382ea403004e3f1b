import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import type { TripEvent } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { type TripInput, tripDecider } from './decide.ts';
import { tripPolicy } from './policy.ts';
import { defaultTariff, defaultTripRules, type Tariff, type TripRules } from './tariff.ts';
import type { TripState } from './trip.ts';

/** The trip, as the kernel runs it. */
export function tripAggregate(
  tariff: Tariff = defaultTariff,
  rules: TripRules = defaultTripRules,
): Aggregate<TripState, TripInput, TripEvent> {
  return {
    kind: 'trip',
    inbox: topics.tripCommands.name,
    log: topics.tripEvents.name,
    subscribes: { [topics.dispatchEvents.name]: ['DriverMatched', 'SearchExhausted'] },
    decider: tripDecider(tariff, rules),
    policy: tripPolicy,
  };
}
