import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadlineReached, given, received } from '../../../platform/testing/given-when-then.ts';
import { play } from '../../../platform/testing/play.ts';
import type { DriverCommand, DriverEvent, OfferTrip } from '../../../schemas/messages.gen.ts';
import { driverDecider } from './decide.ts';
import { driverPolicy } from './policy.ts';

const driverId = 'd';
const at = { latitude: 52.5, longitude: 13.4 };
const offerOf = (offerId: string, tripId: string, expiresAt = 8_000): OfferTrip => ({
  ...{ driverId, offerId, tripId, riderId: 'r', pickup: at, dropoff: at, expiresAt },
  quote: { amountMinor: 900, currency: 'EUR' },
  distanceMetres: 120,
});
const offer = offerOf('o', 't');
const registered: DriverEvent = {
  type: 'DriverRegistered',
  data: { driverId, name: 'Bob', vehicle: 'V', registeredAt: 0 },
};
const online: DriverEvent = { type: 'DriverWentOnline', data: { driverId } };
const available = [registered, online];
const offered: DriverEvent[] = [...available, { type: 'OfferMade', data: offer }];
const accepted: DriverEvent = {
  type: 'OfferAccepted',
  data: { driverId, offerId: 'o', tripId: 't' },
};
const assigned = [...offered, accepted];
const accept = (offerId = 'o'): DriverCommand => ({
  type: 'AcceptOffer',
  data: { driverId, offerId },
});
const rejected = (
  reason: 'UNKNOWN_DRIVER' | 'OFFLINE' | 'BUSY',
  id = 'o',
  tripId = 't',
): DriverEvent => ({
  type: 'OfferRejected',
  data: { driverId, offerId: id, tripId, reason },
});
const refused = (command: string, reason: string, offerId: string | null): DriverEvent => ({
  type: 'DriverCommandRefused',
  data: { driverId, command, reason, offerId },
});

describe('a driver', () => {
  it('is offered a trip only while available', () => {
    const command: DriverCommand = { type: 'OfferTrip', data: offer };
    given(driverDecider, ...available)
      .when(command)
      .then({ type: 'OfferMade', data: offer });
    given(driverDecider).when(command).then(rejected('UNKNOWN_DRIVER'));
    given(driverDecider, registered).when(command).then(rejected('OFFLINE'));
    const other: DriverCommand = { type: 'OfferTrip', data: offerOf('p', 'u') };
    given(driverDecider, ...offered)
      .when(other)
      .then(rejected('BUSY', 'p', 'u'));
    given(driverDecider, ...assigned)
      .when(other)
      .then(rejected('BUSY', 'p', 'u'));
    given(driverDecider, ...offered)
      .when(command)
      .thenIgnored();
  });

  it('accepts in time, once', () => {
    given(driverDecider, ...offered)
      .when(accept(), { now: 8_500, metadata: { timestamp: 7_999 } })
      .then(accepted)
      .thenState({ status: 'assigned', tripId: 't', offerId: 'o' });
    given(driverDecider, ...assigned)
      .when(accept())
      .thenIgnored();
    given(driverDecider, ...offered)
      .when(accept(), { metadata: { timestamp: 8_000 } })
      .then(
        { type: 'OfferExpired', data: { driverId, offerId: 'o', tripId: 't' } },
        refused('AcceptOffer', 'the offer has expired', 'o'),
      )
      .thenState({ status: 'available' });
    given(driverDecider, ...offered)
      .when(accept('p'))
      .then(refused('AcceptOffer', 'the offer is closed', 'p'));
  });

  it('declines, or lets the offer expire', () => {
    given(driverDecider, ...offered)
      .when({ type: 'DeclineOffer', data: { driverId, offerId: 'o', reason: 'no' } })
      .then({ type: 'OfferDeclined', data: { driverId, offerId: 'o', tripId: 't', reason: 'no' } })
      .thenState({ status: 'available' });
    given(driverDecider, ...offered)
      .when(deadlineReached(8_000), { now: 8_000 })
      .then({ type: 'OfferExpired', data: { driverId, offerId: 'o', tripId: 't' } });
    expect(driverDecider.deadline?.(given(driverDecider, ...offered).state)).toBe(8_000);
  });

  it('loses an offer that is withdrawn, accepted or not', () => {
    const withdraw: DriverCommand = {
      type: 'WithdrawOffer',
      data: { driverId, offerId: 'o', tripId: 't' },
    };
    const withdrawn = (afterAcceptance: boolean): DriverEvent => ({
      type: 'OfferWithdrawn',
      data: { driverId, offerId: 'o', tripId: 't', afterAcceptance },
    });
    given(driverDecider, ...offered)
      .when(withdraw)
      .then(withdrawn(false))
      .thenState({ status: 'available' });
    given(driverDecider, ...assigned)
      .when(withdraw)
      .then(withdrawn(true))
      .thenState({ status: 'available' });
    given(driverDecider, ...available)
      .when(withdraw)
      .thenIgnored();
    const other: DriverCommand = {
      type: 'WithdrawOffer',
      data: { driverId, offerId: 'p', tripId: 't' },
    };
    given(driverDecider, ...assigned)
      .when(other)
      .thenIgnored();
  });

  it('drives and is released, by the trip it has', () => {
    const begun: DriverEvent = { type: 'RideBegun', data: { driverId, tripId: 't' } };
    const release = (tripId: string): DriverCommand => ({
      type: 'ReleaseDriver',
      data: { driverId, tripId, outcome: 'COMPLETED' },
    });
    given(driverDecider, ...assigned)
      .when({ type: 'BeginRide', data: { driverId, tripId: 't' } })
      .then(begun)
      .thenState({ status: 'onTrip' });
    given(driverDecider, ...assigned, begun)
      .when(release('t'))
      .then({ type: 'DriverReleased', data: { driverId, tripId: 't', outcome: 'COMPLETED' } });
    given(driverDecider, ...assigned)
      .when(release('u'))
      .thenIgnored();
    given(driverDecider, ...available)
      .when(release('t'))
      .thenIgnored();
  });

  it('goes offline, but not away from a trip', () => {
    const goOffline: DriverCommand = { type: 'GoOffline', data: { driverId } };
    const offline: DriverEvent = { type: 'DriverWentOffline', data: { driverId } };
    given(driverDecider, ...available)
      .when(goOffline)
      .then(offline);
    given(driverDecider, ...offered)
      .when(goOffline)
      .then(
        {
          type: 'OfferDeclined',
          data: { driverId, offerId: 'o', tripId: 't', reason: 'going offline' },
        },
        offline,
      );
    given(driverDecider, ...assigned)
      .when(goOffline)
      .then(refused('GoOffline', 'the driver has a trip', null));
  });

  const ids = fc.constantFrom(['o', 't'], ['p', 't'], ['q', 'u']);
  const plain = fc.constantFrom<DriverCommand>(
    { type: 'RegisterDriver', data: { driverId, name: 'Bob', vehicle: 'V' } },
    { type: 'GoOnline', data: { driverId } },
    { type: 'GoOffline', data: { driverId } },
  );
  const about = fc
    .tuple(ids, fc.constantFrom('offer', 'accept', 'decline', 'withdraw', 'begin', 'release'))
    .map(([[offerId, tripId], what]): DriverCommand => {
      const id = { driverId, offerId: offerId as string, tripId: tripId as string };
      if (what === 'offer')
        return { type: 'OfferTrip', data: offerOf(id.offerId, id.tripId, 9_000) };
      if (what === 'accept') return accept(id.offerId);
      if (what === 'decline')
        return { type: 'DeclineOffer', data: { driverId, offerId: id.offerId, reason: null } };
      if (what === 'withdraw') return { type: 'WithdrawOffer', data: id };
      if (what === 'begin') return { type: 'BeginRide', data: { driverId, tripId: id.tripId } };
      return { type: 'ReleaseDriver', data: { driverId, tripId: id.tripId, outcome: 'COMPLETED' } };
    });

  it('has one offer and one trip at a time, and every offer one outcome, whatever is commanded', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, about, about), { maxLength: 60 }), (commands) => {
        let open: string | undefined;
        let trip: string | undefined;
        play(driverDecider, commands, {
          check(_, events) {
            for (const { type, data } of events) {
              if (type === 'OfferMade') {
                expect([open, trip]).toEqual([undefined, undefined]);
                open = data.offerId;
              } else if (type === 'OfferAccepted') {
                expect([open, trip]).toEqual([data.offerId, undefined]);
                open = undefined;
                trip = data.tripId;
              } else if (type === 'OfferDeclined' || type === 'OfferExpired') {
                expect(data.offerId).toBe(open);
                open = undefined;
              } else if (type === 'OfferWithdrawn') {
                if (data.afterAcceptance) expect(data.tripId).toBe(trip);
                else expect(data.offerId).toBe(open);
                open = trip = undefined;
              } else if (type === 'DriverReleased') {
                expect(data.tripId).toBe(trip);
                trip = undefined;
              }
            }
          },
        });
      }),
      { numRuns: 500 },
    );
  });

  it('answers the dispatch for every outcome that it does not know itself', () => {
    const answers = assigned
      .concat(rejected('BUSY'))
      .flatMap((event) => driverPolicy(received(event)));
    expect(
      answers.map(({ to, key, correlationId, message }) => [
        to,
        key,
        correlationId,
        message.data.answer,
      ]),
    ).toEqual([
      ['dispatch.commands', 't', 'o', 'ACCEPTED'],
      ['dispatch.commands', 't', 'o', 'REJECTED'],
    ]);
  });
});
