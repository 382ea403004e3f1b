import type { Aggregate } from '../../../platform/messaging/aggregate.ts';
import { ignore } from '../../../platform/messaging/decider.ts';
import type { RatingCommand, RatingEvent, RatingState } from '../../8-a-fifth-service/messages.ts';
import { ratingTopics } from '../../8-a-fifth-service/topics.ts';

/** All ratings of one driver, keyed by driver. */
export const ratingAggregate: Aggregate<RatingState, RatingCommand, RatingEvent> = {
  kind: 'rating',
  inbox: ratingTopics.ratingCommands.name,
  log: ratingTopics.ratingEvents.name,
  subscribes: {},
  decider: {
    initialState: { count: 0, sum: 0 },
    decide(input, { count, sum }) {
      if (input.type === 'DeadlineReached') return ignore('a rating has no deadlines');
      const { driverId, tripId, stars } = input.data;
      const next = { count: count + 1, sum: sum + stars };
      return [{ type: 'DriverRated', data: { driverId, tripId, stars, ...next } }];
    },
    evolve: (_, { data: { count, sum } }) => ({ count, sum }),
    isEnded: () => true,
  },
  policy: () => [],
};
