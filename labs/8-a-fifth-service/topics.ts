import { type Topic, topics } from '../../schemas/topics.ts';

/** What the messages of the rating service are, beside those of the catalogue. */
export const messages = {
  ReviewEvent: ['ReviewOpened', 'TripReviewed'],
  RatingCommand: ['AddRating'],
  RatingEvent: ['DriverRated'],
} as const;

const FOR_EVER = -1;

const topic = (
  name: string,
  kind: Topic['kind'],
  key: Topic['key'],
  records: readonly string[],
): Omit<Topic, 'writers'> => ({ name, kind, key, records, retentionMs: FOR_EVER });

/** Each kind of aggregate has an inbox, a place for what cannot be handled, and a log. */
export const ratingTopics = {
  /** Nobody sends anything to a review; it listens to `trip.events`. */
  reviewCommands: topic('review.commands', 'inbox', 'tripId', []),
  reviewCommandsDlq: topic('review.commands.dlq', 'dlq', 'tripId', []),
  reviewEvents: topic('review.events', 'log', 'tripId', [...messages.ReviewEvent, 'ShardClaimed']),
  ratingCommands: topic('rating.commands', 'inbox', 'driverId', messages.RatingCommand),
  ratingCommandsDlq: topic('rating.commands.dlq', 'dlq', 'driverId', messages.RatingCommand),
  ratingEvents: topic('rating.events', 'log', 'driverId', [
    ...messages.RatingEvent,
    'ShardClaimed',
  ]),
} as const;

/** The log that it subscribes to. */
export const tripEvents = topics.tripEvents.name;
