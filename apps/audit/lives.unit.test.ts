import { describe } from 'vitest';
import { header } from '../../platform/log/headers.ts';
import { catches, changed, retype } from './testing/doctored.ts';
import type { MadeRecord } from './testing/history.ts';
import { driver, eur, requested, rider, trip } from './testing/story.ts';

describe('what becomes of trips, people and money', () => {
  catches([
    {
      what: 'a ride begins before the driver is there',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ arrived, tripStarted }) => {
        retype(arrived, 'TripCommandRefused');
        return tripStarted;
      },
    },
    {
      what: 'a trip ends twice',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ h, route }) => {
        const cancel = h.command(trip, 't1', 'CancelTrip');
        const end = { ...route, driverId: 'bob', fee: eur(0), stage: 'IN_PROGRESS' };
        return h.event('trip', cancel, 't1', 'TripCancelled', end);
      },
    },
    {
      what: 'a trip is completed by another driver',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ tripCompleted }) => changed(tripCompleted, { driverId: 'eve' }),
    },
    {
      what: 'the fare is not the quote',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ tripCompleted }) => changed(tripCompleted, { fare: eur(2_000) }),
    },
    {
      what: 'a rider rates twice',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ h }) => {
        const rate = h.command(trip, 't1', 'RateTrip');
        return h.event('trip', rate, 't1', 'TripRated', { tripId: 't1', by: 'RIDER' });
      },
    },
    {
      what: 'a search begins with its second round',
      kind: 'transition',
      tripId: 't1',
      doctor: ({ opened }) => changed(opened, { round: 2 }),
    },
    {
      what: 'a driver goes offline in the middle of a trip',
      kind: 'transition',
      doctor: ({ h, released }) => {
        retype(released, 'DriverCommandRefused');
        const goOffline = h.command(driver, 'bob', 'GoOffline');
        return h.event('driver', goOffline, 'bob', 'DriverWentOffline', { driverId: 'bob' });
      },
    },
    {
      what: 'a rider is registered twice',
      kind: 'transition',
      doctor: ({ h }) => {
        const again = h.command(rider, 'ada', 'RegisterRider');
        const data = { riderId: 'ada', name: 'Ada', currency: 'EUR', registeredAt: 1 };
        return h.event('rider', again, 'ada', 'RiderRegistered', data);
      },
    },
    {
      what: 'a trip has no end',
      kind: 'trip',
      tripId: 't1',
      doctor: ({ tripCompleted, tripRequested }) => {
        retype(tripCompleted, 'TripCommandRefused');
        return tripRequested;
      },
    },
    {
      what: 'a driver has two trips',
      kind: 'driver',
      tripId: 't2',
      doctor: ({ h, released }) => {
        retype(released, 'DriverCommandRefused');
        const offer = h.command(driver, 'bob', 'OfferTrip');
        const data = { driverId: 'bob', tripId: 't2', offerId: 't2.1.1.0' };
        return h.event('driver', offer, 'bob', 'OfferMade', data);
      },
    },
    {
      what: 'a driver is not free again',
      kind: 'driver',
      tripId: 't1',
      doctor: ({ h, released }) => {
        retype(released, 'DriverCommandRefused');
        return h.records.find(({ headers }) =>
          headers[header.type]?.endsWith('RideBegun'),
        ) as MadeRecord;
      },
    },
    {
      what: 'a rider has two trips',
      kind: 'rider',
      tripId: 't2',
      doctor: ({ h, captured }) => {
        retype(captured, 'RiderCommandRefused');
        return requested(h, 't2').verified;
      },
    },
    {
      what: 'more is captured than the fare',
      kind: 'money',
      tripId: 't1',
      doctor: ({ captured }) => changed(captured, { captured: eur(1_000), released: eur(100) }),
    },
    {
      what: 'money vanishes',
      kind: 'money',
      tripId: 't1',
      doctor: ({ captured }) => changed(captured, { captured: eur(1_000) }),
    },
    {
      what: 'another amount is held than the quote',
      kind: 'money',
      tripId: 't1',
      doctor: ({ verified, captured }) => {
        changed(captured, { released: eur(100) });
        return changed(verified, { held: eur(1_200) });
      },
    },
    {
      what: 'more is held than there is',
      kind: 'money',
      tripId: 't1',
      doctor: ({ verified }) => changed(verified, { held: eur(6_000) }),
    },
    {
      what: 'a deposit is paid in twice',
      kind: 'money',
      doctor: ({ h }) => {
        const deposit = h.command(rider, 'ada', 'DepositFunds');
        const data = { riderId: 'ada', depositId: 'p1', amount: eur(10), available: eur(3_910) };
        return h.event('rider', deposit, 'ada', 'FundsDeposited', data);
      },
    },
    {
      what: 'a deposit tells another balance',
      kind: 'money',
      doctor: ({ deposited }) => changed(deposited, { available: eur(1) }),
    },
    {
      what: 'a fare is never captured',
      kind: 'money',
      tripId: 't1',
      doctor: ({ captured, tripCompleted }) => {
        retype(captured, 'RiderCommandRefused');
        return tripCompleted;
      },
    },
  ]);
});
