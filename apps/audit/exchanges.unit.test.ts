import { describe } from 'vitest';
import { header } from '../../platform/log/headers.ts';
import { catches, changed, retype, wrote } from './testing/doctored.ts';
import { driver, rider, trip } from './testing/story.ts';

describe('what services owe each other', () => {
  catches([
    {
      what: 'a message that came twice has a second effect',
      kind: 'message',
      doctor: ({ h, captureFare }) => {
        const again = h.repeat(captureFare);
        return h.event('rider', again, 'ada', 'RiderCommandRefused', { riderId: 'ada' });
      },
    },
    {
      what: 'a message was never sent',
      kind: 'message',
      tripId: 't1',
      doctor: ({ h, captureFare, tripCompleted }) => {
        h.remove(captureFare);
        return tripCompleted;
      },
    },
    {
      what: 'a message was passed over, though the system lives',
      kind: 'message',
      tripId: 't1',
      quiet: false,
      doctor: ({ h, beginRide, tripStarted }) => {
        h.remove(beginRide);
        return tripStarted;
      },
    },
    {
      what: 'a message comes after a later one',
      kind: 'message',
      tripId: 't1',
      doctor: ({ h, beginRide }) => {
        h.remove(beginRide);
        return h.repeat(beginRide);
      },
    },
    {
      what: 'a message was sent on account of a zombie event',
      kind: 'message',
      doctor: ({ h, rated }) => {
        h.claim('trip');
        const zombie = h.repeat(rated);
        return h.send(zombie, 0, rider, 'ada', 'ReleaseHold');
      },
    },
    {
      what: 'a message was sent on account of nothing',
      kind: 'message',
      doctor: ({ h, rated }) => h.send({ ...rated, offset: 99 }, 0, rider, 'ada', 'ReleaseHold'),
    },
    {
      what: 'a message went to the wrong one',
      kind: 'message',
      tripId: 't1',
      doctor: ({ release }) => {
        release.key = 'eve';
        return release;
      },
    },
    {
      what: 'a request has no answer',
      kind: 'request',
      tripId: 't2',
      doctor: ({ h }) => h.command(trip, 't2', 'RequestTrip'),
    },
    {
      what: 'a request was passed over, though the system lives',
      kind: 'request',
      tripId: 't2',
      quiet: false,
      doctor: ({ h }) => {
        const request = h.command(trip, 't2', 'RequestTrip');
        const cancel = h.command(trip, 't1', 'CancelTrip');
        h.event('trip', cancel, 't1', 'TripCommandRefused', { tripId: 't1' });
        return request;
      },
    },
    {
      what: 'a trip has no request',
      kind: 'request',
      tripId: 't1',
      doctor: ({ requestTrip, tripRequested }) => {
        wrote(requestTrip, { [header.type]: 'hail.trip.CancelTrip' });
        return tripRequested;
      },
    },
    {
      what: 'a trip is requested twice',
      kind: 'request',
      tripId: 't1',
      doctor: ({ h, route }) => {
        const again = h.command(trip, 't1', 'RequestTrip');
        return h.event('trip', again, 't1', 'TripRequested', route);
      },
    },
    {
      what: 'a reply has no request',
      kind: 'reply',
      doctor: ({ h, tripCompleted }) =>
        h.send(tripCompleted, 5, trip, 't3', 'RiderVerification', { correlationId: 't3' }),
    },
    {
      what: 'a request has two replies',
      kind: 'reply',
      doctor: ({ h, rated }) =>
        h.send(rated, 0, trip, 't1', 'RiderVerification', { correlationId: 't1' }),
    },
    {
      what: 'a request has no reply',
      kind: 'reply',
      doctor: ({ h, answer, sent }) => {
        h.remove(answer);
        return sent[0];
      },
    },
    {
      what: 'a reply says not what it replies to',
      kind: 'reply',
      doctor: ({ verification }) => {
        delete verification.headers[header.correlationId];
        return verification;
      },
    },
    {
      what: 'a request says not where its reply is wanted',
      kind: 'reply',
      doctor: ({ verifyRider }) => {
        delete verifyRider.headers[header.replyTopic];
        return verifyRider;
      },
    },
    {
      what: 'an offer has two outcomes',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ h, second }) => {
        const decline = h.command(driver, 'eve', 'DeclineOffer');
        const offer = { driverId: 'eve', tripId: 't1', offerId: second, reason: null };
        return h.event('driver', decline, 'eve', 'OfferDeclined', offer);
      },
    },
    {
      what: 'an offer has no outcome',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ takenBack, opened }) => {
        retype(takenBack, 'DriverCommandRefused');
        return opened;
      },
    },
    {
      what: 'driver and dispatch tell an outcome differently',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ answered, tripAssigned }) => {
        changed(answered, { answer: 'DECLINED' });
        return tripAssigned;
      },
    },
    {
      what: 'a search has two winners',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ h, answer, second }) => {
        const again = h.repeat(answer, { [header.origin]: 'driver.events/0/50/0' });
        const match = { tripId: 't1', attempt: 1, round: 1, driverId: 'eve', offerId: second };
        return h.event('dispatch', again, 't1', 'DriverMatched', { ...match, withdrawn: [] });
      },
    },
    {
      what: 'an offer wins that nobody accepted',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ matched, second }) => changed(matched, { offerId: second, driverId: 'eve' }),
    },
    {
      what: 'an offer is of no round',
      kind: 'offer',
      tripId: 't1',
      doctor: ({ opened, made }) => {
        changed(opened, {
          offers: [{ offerId: 't1.1.1.0', driverId: 'bob', distanceMetres: 100 }],
        });
        return made[1];
      },
    },
  ]);
});
