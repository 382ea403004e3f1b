import { describe, expect, it } from 'vitest';
import { given, received } from '../../platform/testing/given-when-then.ts';
import type { Actor, TripCommand, TripEvent } from '../../schemas/messages.gen.ts';
import type { TripInput } from './decide.ts';
import {
  assignment,
  byDriver,
  cancel,
  decider,
  driverId,
  match,
  pickup,
  price,
  request,
  requested,
  riderId,
  search,
  stages,
  tripId,
  verification,
  who,
  zero,
} from './fixtures.ts';
import { tripPolicy } from './policy.ts';

describe('a trip', () => {
  it('is requested once, with its quote', () => {
    given(decider).when(request).then(requested);
    given(decider, requested).when(request).thenIgnored();
  });

  it('is refused when it is too short or too long', () => {
    const to = (latitude: number): TripCommand => ({
      type: 'RequestTrip',
      data: { tripId, riderId, pickup, dropoff: { latitude, longitude: 13.4 } },
    });
    const refused = (reason: 'TOO_SHORT' | 'TOO_LONG'): TripEvent => ({
      type: 'TripRequestRefused',
      data: { tripId, riderId, reason, refusedAt: 7 },
    });
    given(decider).when(to(52.5001), { now: 7 }).then(refused('TOO_SHORT'));
    given(decider).when(to(54), { now: 7 }).then(refused('TOO_LONG'));
  });

  it('is searched for when the rider is verified, and refused when not', () => {
    given(decider, requested)
      .when(verification('VERIFIED'), { now: 5 })
      .then(search(1, [], 5));
    given(decider, requested)
      .when(verification('REFUSED', 'SUSPENDED'), { now: 5 })
      .then({
        type: 'TripRequestRefused',
        data: { tripId, riderId, reason: 'SUSPENDED', refusedAt: 5 },
      });
    given(decider, ...stages.searching)
      .when(verification('VERIFIED'))
      .thenIgnored();
  });

  it('takes the driver it was matched with, and no other', () => {
    given(decider, ...stages.searching)
      .when(match())
      .then(assignment);
    given(decider, ...stages.assigned)
      .when(match())
      .thenIgnored();
    given(decider, ...stages.assigned)
      .when(match(1, 'p', 'e'))
      .then({
        type: 'DriverMatchRefused',
        data: { tripId, driverId: 'e', offerId: 'p', reason: 'the trip is assigned' },
      });
  });

  it('takes no driver from a search that has been given up', () => {
    given(decider, ...stages.assigned, search(2, [driverId], 9))
      .when(match(1, 'p', 'e'))
      .then({
        type: 'DriverMatchRefused',
        data: { tripId, driverId: 'e', offerId: 'p', reason: 'the search has begun anew' },
      });
  });

  it('ends when nobody was found, in the search that is on', () => {
    const exhausted = (attempt: number): TripInput => ({
      type: 'SearchExhausted',
      data: { tripId, attempt, rounds: 8, withdrawn: [] },
    });
    given(decider, ...stages.searching)
      .when(exhausted(1), { now: 3 })
      .then({ type: 'TripUnfulfilled', data: { tripId, riderId, rounds: 8, endedAt: 3 } });
    given(decider, ...stages.searching)
      .when(exhausted(2))
      .thenIgnored();
  });

  it('is driven in order, by its driver, each step once', () => {
    given(decider, ...stages.assigned)
      .when(byDriver('ReportArrival'), { now: 1 })
      .then({ type: 'DriverArrived', data: { ...who, arrivedAt: 1 } });
    given(decider, ...stages.arrived)
      .when(byDriver('StartTrip'), { now: 2 })
      .then({ type: 'TripStarted', data: { ...who, startedAt: 2 } });
    given(decider, ...stages.inProgress)
      .when(byDriver('CompleteTrip'), { now: 3 })
      .then({ type: 'TripCompleted', data: { ...who, fare: price, completedAt: 3 } });
    given(decider, ...stages.inProgress)
      .when(byDriver('ReportArrival'))
      .thenIgnored();
    given(decider, ...stages.completed)
      .when(byDriver('CompleteTrip'))
      .thenIgnored();
    const refused = (command: string, actorId: string, reason: string): TripEvent => ({
      type: 'TripCommandRefused',
      data: { tripId, riderId, command, by: 'DRIVER', actorId, reason },
    });
    given(decider, ...stages.assigned)
      .when(byDriver('StartTrip'))
      .then(refused('StartTrip', driverId, 'the driver has not arrived'));
    given(decider, ...stages.arrived)
      .when(byDriver('StartTrip', 'e'))
      .then(refused('StartTrip', 'e', 'the driver does not have this trip'));
    given(decider, ...stages.searching)
      .when(byDriver('StartTrip'))
      .then(refused('StartTrip', driverId, 'the trip is searching'));
  });

  it.each([
    ['requested', 0, 0],
    ['searching', 0, 0],
    ['assigned', 120_000, 0],
    ['assigned', 120_001, 500],
    ['arrived', 120_001, 500],
    ['inProgress', 1, price.amountMinor],
  ] as const)(
    'can be cancelled by the rider while %s at %i ms, for a fee of %i',
    (stage, now, fee) => {
      given(decider, ...stages[stage])
        .when(cancel('RIDER', riderId), { now })
        .thenState({ status: 'cancelled', by: 'RIDER', fee: { ...zero, amountMinor: fee } });
      given(decider, ...stages[stage])
        .when(cancel('OPERATOR', 'x'), { now })
        .thenState({ status: 'cancelled', by: 'OPERATOR', fee: zero });
      given(decider, ...stages[stage])
        .when(cancel('RIDER', 'another'), { now })
        .thenState({ status: stage });
    },
  );

  it('goes back to searching when its driver gives up, without that driver', () => {
    given(decider, ...stages.arrived)
      .when(cancel('DRIVER', driverId), { now: 9 })
      .then(
        { type: 'DriverWithdrew', data: { ...who, reason: null, withdrewAt: 9 } },
        search(2, [driverId], 9),
      )
      .thenState({ status: 'searching', attempt: 2 });
    given(decider, ...stages.inProgress)
      .when(cancel('DRIVER', driverId))
      .thenState({ status: 'cancelled', fee: zero });
    given(decider, ...stages.arrived)
      .when(cancel('DRIVER', 'e'))
      .thenState({ status: 'arrived' });
  });

  it('cannot be cancelled after its end, nor when it never was', () => {
    given(decider, ...stages.completed)
      .when(cancel('RIDER', riderId))
      .then({
        type: 'TripCommandRefused',
        data: {
          ...{ tripId, riderId, command: 'CancelTrip', by: 'RIDER', actorId: riderId },
          reason: 'the trip is completed',
        },
      });
    given(decider)
      .when(cancel('OPERATOR', 'x'))
      .then({
        type: 'TripCommandRefused',
        data: {
          ...{ tripId, riderId: null, command: 'CancelTrip', by: 'OPERATOR', actorId: 'x' },
          reason: 'there is no such trip',
        },
      });
  });

  it('is rated once by each side', () => {
    const rate = (by: Actor, actorId: string, stars: number): TripCommand => ({
      type: 'RateTrip',
      data: { tripId, by, actorId, stars, comment: null },
    });
    given(decider, ...stages.completed)
      .when(rate('RIDER', riderId, 5))
      .thenState({ ratings: { rider: { stars: 5, comment: null }, driver: null } });
    given(decider, ...stages.completed)
      .when(rate('DRIVER', 'e', 5))
      .thenState({ ratings: { rider: null, driver: null } });
    given(decider, ...stages.arrived)
      .when(rate('RIDER', riderId, 5))
      .thenState({ status: 'arrived' });
  });

  it('asks the rider service, and says there and to the driver how it ended', () => {
    const sent = (event: TripEvent) =>
      tripPolicy(received(event)).map(({ to, key, message }) => [to, key, message.type]);
    expect(sent(requested)).toEqual([['rider.commands', 'r', 'VerifyRider']]);
    expect(sent(stages.completed.at(-1) as TripEvent)).toEqual([
      ['driver.commands', 'd', 'ReleaseDriver'],
      ['rider.commands', 'r', 'CaptureFare'],
    ]);
    const withdrew: TripEvent = {
      type: 'DriverWithdrew',
      data: { ...who, reason: null, withdrewAt: 0 },
    };
    expect(sent(withdrew)).toEqual([['driver.commands', 'd', 'ReleaseDriver']]);
    const cancelled = (driver: string | null, fee: number): TripEvent => ({
      type: 'TripCancelled',
      data: {
        ...{ tripId, riderId, driverId: driver, by: 'RIDER', actorId: riderId, reason: null },
        ...{ fee: { amountMinor: fee, currency: 'EUR' }, stage: 'ASSIGNED', cancelledAt: 0 },
      },
    });
    expect(sent(cancelled(null, 0))).toEqual([['rider.commands', 'r', 'ReleaseHold']]);
    expect(sent(cancelled('d', 500))).toEqual([
      ['driver.commands', 'd', 'ReleaseDriver'],
      ['rider.commands', 'r', 'CaptureFare'],
    ]);
  });
});
