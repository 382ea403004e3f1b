import type { Aggregate } from '../../../platform/messaging/aggregate.ts';
import { ignore } from '../../../platform/messaging/decider.ts';
import type {
  RatingCommand,
  ReviewEvent,
  ReviewInput,
  ReviewState,
} from '../../8-a-fifth-service/messages.ts';
import { ratingTopics, tripEvents } from '../../8-a-fifth-service/topics.ts';

/**
 * The review of one trip, keyed by trip as the log that it listens to. `TripRated` does not say who drove;
 * `TripCompleted` came before and did, so the review remembers it.
 */
export const reviewAggregate: Aggregate<ReviewState, ReviewInput, ReviewEvent> = {
  kind: 'review',
  inbox: ratingTopics.reviewCommands.name,
  log: ratingTopics.reviewEvents.name,
  subscribes: { [tripEvents]: ['TripCompleted', 'TripRated'] },
  decider: {
    initialState: { status: 'none' },
    decide(input, state) {
      switch (input.type) {
        case 'TripCompleted': {
          if (state.status !== 'none') return ignore('is open');
          const { tripId, driverId } = input.data;
          return [{ type: 'ReviewOpened', data: { tripId, driverId } }];
        }
        case 'TripRated': {
          const { tripId, by, stars, ratedAt } = input.data;
          // Whatever is ignored here would be ignored at any later time as well.
          if (by !== 'RIDER') return ignore('is of the rider');
          if (state.status !== 'open') return ignore('is reviewed, or was never completed');
          const { driverId } = state;
          return [{ type: 'TripReviewed', data: { tripId, driverId, stars, ratedAt } }];
        }
        case 'DeadlineReached':
          return ignore('a review has no deadlines');
        default:
          return input satisfies never;
      }
    },
    evolve(_, event) {
      switch (event.type) {
        case 'ReviewOpened':
          return { status: 'open', driverId: event.data.driverId };
        case 'TripReviewed':
          return { status: 'reviewed', driverId: event.data.driverId, stars: event.data.stars };
        default:
          return event satisfies never;
      }
    },
    // A rating may come at any time, or never: what is in Redis need not be in memory.
    isEnded: () => true,
  },
  policy(event) {
    if (event.type !== 'TripReviewed') return [];
    const { driverId, tripId, stars } = event.data;
    const message: RatingCommand = { type: 'AddRating', data: { driverId, tripId, stars } };
    return [{ to: ratingTopics.ratingCommands.name, key: driverId, message }];
  },
};
