import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import { given, received } from '../../platform/testing/given-when-then.ts';
import type {
  RatingCommand,
  RatingEvent,
  RatingState,
  ReviewEvent,
  ReviewInput,
  ReviewState,
} from './messages.ts';

const rated = (by: 'RIDER' | 'DRIVER'): ReviewInput => ({
  type: 'TripRated',
  data: { tripId: 't', by, actorId: 'a', stars: 4, comment: null, ratedAt: 7 },
});
const opened: ReviewEvent = { type: 'ReviewOpened', data: { tripId: 't', driverId: 'd' } };
const reviewed: ReviewEvent = {
  type: 'TripReviewed',
  data: { tripId: 't', driverId: 'd', stars: 4, ratedAt: 7 },
};

/** What a rating service must do, whoever has written it. */
export function specify(
  review: Aggregate<ReviewState, ReviewInput, ReviewEvent>,
  rating: Aggregate<RatingState, RatingCommand, RatingEvent>,
): void {
  describe('a review', () => {
    it('is opened by the end of the trip, which says who drove', () => {
      const amount = { amountMinor: 900, currency: 'EUR' };
      const data = { tripId: 't', riderId: 'r', driverId: 'd', fare: amount, completedAt: 1 };
      given(review.decider).when({ type: 'TripCompleted', data }).then(opened);
    });
    it('is made by the rider, once', () => {
      given(review.decider, opened).when(rated('RIDER')).then(reviewed).thenState({ stars: 4 });
      given(review.decider, opened, reviewed).when(rated('RIDER')).thenIgnored();
    });
    it('is not made by the driver, who rates the rider', () => {
      given(review.decider, opened).when(rated('DRIVER')).thenIgnored();
    });
    it('is told to the rating of the driver, under the key of the driver', () => {
      const data = { driverId: 'd', tripId: 't', stars: 4 };
      const message = { type: 'AddRating', data };
      expect(review.policy(received(reviewed))).toEqual([
        { to: 'rating.commands', key: 'd', message },
      ]);
      expect(review.policy(received(opened))).toEqual([]);
    });
  });

  describe('a rating', () => {
    const add = (tripId: string, stars: number): RatingCommand => ({
      type: 'AddRating',
      data: { driverId: 'd', tripId, stars },
    });
    const first: RatingEvent = {
      type: 'DriverRated',
      data: { driverId: 'd', tripId: 't', stars: 4, count: 1, sum: 4 },
    };
    it('counts, and adds up', () => {
      given(rating.decider).when(add('t', 4)).then(first).thenState({ count: 1, sum: 4 });
      given(rating.decider, first)
        .when(add('u', 5))
        .then({
          type: 'DriverRated',
          data: { driverId: 'd', tripId: 'u', stars: 5, count: 2, sum: 9 },
        })
        .thenState({ count: 2, sum: 9 });
    });
  });
}
