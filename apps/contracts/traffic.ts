import { messages, type Topic, topics } from '../../schemas/topics.ts';
import type { Exchange, Reader, Traffic } from '../../schemas/traffic.ts';
import { dispatchAggregate } from '../../services/driver/dispatch/aggregate.ts';
import { driverAggregate } from '../../services/driver/driver/aggregate.ts';
import { addressees, newsLogs } from '../../services/notification/rules.ts';
import { riderAggregate } from '../../services/rider/aggregate.ts';
import { tripAggregate } from '../../services/trip/aggregate.ts';

/** All kinds of aggregates, as the services run them. */
export const aggregates = [
  riderAggregate,
  tripAggregate(),
  driverAggregate,
  dispatchAggregate(),
] as const;

/** What the policies send (`traffic.unit.test.ts` asks them). */
const sends = {
  rider: ['RiderVerification'],
  trip: ['VerifyRider', 'CaptureFare', 'ReleaseHold', 'BeginRide', 'ReleaseDriver'],
  driver: ['OfferAnswer'],
  dispatch: ['OfferTrip', 'WithdrawOffer'],
} as const;

const exchanges: readonly Exchange[] = [
  { asks: 'trip', request: 'VerifyRider', answers: 'rider', reply: 'RiderVerification' },
  { asks: 'dispatch', request: 'OfferTrip', answers: 'driver', reply: 'OfferAnswer' },
];

/** Who says what to whom, from what the services themselves are made of. */
export function hailTraffic(): Traffic {
  return { readers: [...aggregates.map(ownerOf), locations, notification()], sends, exchanges };
}

function ownerOf({ kind, inbox, log, subscribes }: (typeof aggregates)[number]): Reader {
  const reads = { [inbox]: recordsOf(inbox), [log]: recordsOf(log), ...subscribes };
  const summary = `Decides what is asked of a ${kind}, and reads its own log back.`;
  return { name: kind, summary, reads };
}

const locations: Reader = {
  name: 'locations',
  summary: 'Keeps the index of where drivers are; part of the driver service.',
  reads: { [topics.driverLocations.name]: messages.DriverStream },
};

function notification(): Reader {
  const wanted = newsLogs.map((log) => [log, recordsOf(log).filter((type) => type in addressees)]);
  return {
    name: 'notification',
    summary: "Tells riders' and drivers' apps what concerns them.",
    reads: Object.fromEntries(wanted),
  };
}

function recordsOf(name: string): readonly string[] {
  return Object.values<Topic>(topics).find((topic) => topic.name === name)?.records ?? [];
}
