import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import { ignore } from '../../platform/messaging/decider.ts';
import type { ReviewEvent, ReviewInput, ReviewState } from './messages.ts';
import { ratingTopics, tripEvents } from './topics.ts';

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
        case 'TripRated':
          // Step 3: a rider's rating of a completed trip is a TripReviewed. A driver's rating is of the rider.
          return ignore('step 3 is to be done');
        case 'DeadlineReached':
          return ignore('a review has no deadlines');
        default:
          return input satisfies never;
      }
    },
    evolve(state, event) {
      switch (event.type) {
        case 'ReviewOpened':
          return { status: 'open', driverId: event.data.driverId };
        case 'TripReviewed':
          return state; // Step 3: it is reviewed, with so many stars.
        default:
          return event satisfies never;
      }
    },
    // A rating may come at any time, or never: what is in Redis need not be in memory.
    isEnded: () => true,
  },
  // Step 4: the driver's rating is another aggregate, with another key. Send it a message.
  policy: () => [],
};
