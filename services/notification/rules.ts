import type { DriverEvent, RiderEvent, TripEvent } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';

/** The logs that have news. */
export const newsLogs = [
  topics.riderEvents.name,
  topics.tripEvents.name,
  topics.driverEvents.name,
] as const;

/** The events of which somebody may be told. */
export type News = RiderEvent | TripEvent | DriverEvent;

/** What somebody is told: an event, addressed. */
export interface Notification {
  /** `rider:<id>` or `driver:<id>`: the feed it goes to. */
  readonly recipient: string;
  readonly type: string;
  /** The event's data. */
  readonly data: object;
}

type Addressee = 'rider' | 'driver' | 'actor';

/** Who is told of which event; nobody is told of any other. An `actor` is whoever gave the command. */
export const addressees: Readonly<Partial<Record<News['type'], readonly Addressee[]>>> = {
  TripRequested: ['rider'],
  TripRequestRefused: ['rider'],
  DriverSearchStarted: ['rider'],
  TripAssigned: ['rider', 'driver'],
  DriverArrived: ['rider'],
  TripStarted: ['rider', 'driver'],
  TripCompleted: ['rider', 'driver'],
  TripCancelled: ['rider', 'driver'],
  DriverWithdrew: ['rider', 'driver'],
  TripUnfulfilled: ['rider'],
  TripRated: ['actor'],
  TripCommandRefused: ['actor'],

  RiderRegistered: ['rider'],
  FundsDeposited: ['rider'],
  RiderSuspended: ['rider'],
  RiderReinstated: ['rider'],
  FareCaptured: ['rider'],
  HoldReleased: ['rider'],
  RiderCommandRefused: ['rider'],

  DriverRegistered: ['driver'],
  DriverWentOnline: ['driver'],
  DriverWentOffline: ['driver'],
  OfferMade: ['driver'],
  OfferExpired: ['driver'],
  OfferWithdrawn: ['driver'],
  OfferDeclined: ['driver'],
  DriverReleased: ['driver'],
  DriverCommandRefused: ['driver'],
};

/** Whom to tell of an event: pure, and for one event always the same, in the same order. */
export function notify(event: News): readonly Notification[] {
  const { type, data } = event;
  return (addressees[type] ?? []).flatMap((who) => {
    const recipient = address(who, data);
    return recipient === undefined ? [] : [{ recipient, type, data }];
  });
}

/** `undefined` where there is nobody of that kind: a trip without a driver yet, an operator. */
function address(who: Addressee, data: object): string | undefined {
  const { riderId, driverId, by, actorId } = data as Readonly<Record<string, string | null>>;
  switch (who) {
    case 'rider':
      return riderId ? `rider:${riderId}` : undefined;
    case 'driver':
      return driverId ? `driver:${driverId}` : undefined;
    case 'actor':
      if (by === 'RIDER') return `rider:${actorId}`;
      return by === 'DRIVER' ? `driver:${actorId}` : undefined;
    default:
      return who satisfies never;
  }
}
