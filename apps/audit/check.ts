import type { Message, Origin } from '../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverEvent,
  RiderEvent,
  TripEvent,
} from '../../schemas/messages.gen.ts';
import type { Place, ViolationKind } from './findings.ts';

/** A valid event with its place. */
export type Recorded<E extends Message> = E extends Message
  ? E & { readonly at: Place; readonly key: string }
  : never;

/** A message of an inbox that is not the repetition of one before it. Its content is not looked at. */
export interface InboxMessage {
  readonly type: string;
  readonly key: string;
  readonly at: Place;
  /** Absent when it came from the edge, or was put back by hand. */
  readonly origin: Origin | undefined;
  readonly correlationId: string | undefined;
  readonly replyTopic: string | undefined;
}

/**
 * How a check ends. What has a beginning but no end may still be under way; what has an end but no
 * beginning may have its beginning beyond what was read.
 */
export interface End {
  /** Whether everything that led to the record at this place has been read. */
  isSettled(at: Place): boolean;
  /** Whether a dead letter names this id. */
  isSetAside(id: string): boolean;
  /** Whether a later input of the same inbox partition has been decided. */
  isPassed(input: Place): boolean;
  /**
   * Something of this trip that began at `at` has not ended: a violation if the system is quiet, else
   * counted under `figure`; and when a dead letter names the trip, or an earlier run left it open.
   */
  unfinished(figure: string, kind: ViolationKind, text: string, at: Place, tripId: string): void;
}

/**
 * An invariant over the logs. Every log's events come in the order of their partition; in which order
 * records of different topics come must not matter to a check, only to the memory it needs.
 */
export interface Check {
  trip?(event: Recorded<TripEvent>): void;
  rider?(event: Recorded<RiderEvent>): void;
  driver?(event: Recorded<DriverEvent>): void;
  dispatch?(event: Recorded<DispatchEvent>): void;
  message?(message: InboxMessage): void;
  end?(end: End): void;
}
