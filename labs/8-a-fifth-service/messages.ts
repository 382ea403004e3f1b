import type { Message } from '../../platform/messaging/message.ts';
import type { TripEvent } from '../../schemas/messages.gen.ts';

/** What a review listens to. */
export type ReviewInput = Extract<TripEvent, { type: 'TripCompleted' | 'TripRated' }>;

export type ReviewEvent =
  | Message<'ReviewOpened', { readonly tripId: string; readonly driverId: string }>
  | Message<
      'TripReviewed',
      {
        readonly tripId: string;
        readonly driverId: string;
        readonly stars: number;
        /** Milliseconds since 1970. */
        readonly ratedAt: number;
      }
    >;

/** What the rider thinks of one trip. */
export type ReviewState =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly driverId: string }
  | { readonly status: 'reviewed'; readonly driverId: string; readonly stars: number };

export type RatingCommand = Message<
  'AddRating',
  { readonly driverId: string; readonly tripId: string; readonly stars: number }
>;

export type RatingEvent = Message<
  'DriverRated',
  {
    readonly driverId: string;
    readonly tripId: string;
    readonly stars: number;
    readonly count: number;
    readonly sum: number;
  }
>;

/** What riders think of one driver: `sum / count` is the average. */
export interface RatingState {
  readonly count: number;
  readonly sum: number;
}
