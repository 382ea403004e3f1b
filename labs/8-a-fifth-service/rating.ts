import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import { ignore } from '../../platform/messaging/decider.ts';
import type { RatingCommand, RatingEvent, RatingState } from './messages.ts';
import { ratingTopics } from './topics.ts';

/** All ratings of one driver, keyed by driver. */
export const ratingAggregate: Aggregate<RatingState, RatingCommand, RatingEvent> = {
  kind: 'rating',
  inbox: ratingTopics.ratingCommands.name,
  log: ratingTopics.ratingEvents.name,
  subscribes: {},
  decider: {
    initialState: { count: 0, sum: 0 },
    // Step 5: AddRating makes DriverRated, which carries the new count and the new sum.
    decide: () => ignore('step 5 is to be done'),
    evolve: (state) => state,
    isEnded: () => true,
  },
  policy: () => [],
};
