import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { given, received } from '../../platform/testing/given-when-then.ts';
import { play } from '../../platform/testing/play.ts';
import type { Actor, TripCommand, TripEvent } from '../../schemas/messages.gen.ts';
import { type TripInput, tripDecider } from './decide.ts';
import { tripPolicy } from './policy.ts';
import { quote } from './quote.ts';
import { defaultTariff, defaultTripRules } from './tariff.ts';
import { isEnded } from './trip.ts';

const decider = tripDecider(defaultTariff, defaultTripRules);
const tripId = 't';
const riderId = 'r';
const driverId = 'd';
const pickup = { latitude: 52.5, longitude: 13.4 };
const dropoff = { latitude: 52.52, longitude: 13.4 };
const expected = quote(pickup, dropoff, defaultTariff);
const zero = { amountMinor: 0, currency: 'EUR' };

const request: TripCommand = { type: 'RequestTrip', data: { tripId, riderId, pickup, dropoff } };
const { distanceMetres, durationSeconds, price, surge } = expected;
const ride = { tripId, riderId, pickup, dropoff, quote: price };
const requested: TripEvent = {
  type: 'TripRequested',
  data: { ...ride, distanceMetres, durationSeconds, surge, requestedAt: 0 },
};
const search = (attempt: number, excludedDriverIds: string[], startedAt: number): TripEvent => ({
  type: 'DriverSearchStarted',
  data: { ...ride, attempt, excludedDriverIds, startedAt },
});
const match = (attempt = 1, offerId = 'o', driver = driverId): TripInput => ({
  type: 'DriverMatched',
  data: { tripId, attempt, round: 1, driverId: driver, offerId, withdrawn: [] },
});
const assignment: TripEvent = {
  type: 'TripAssigned',
  data: { tripId, riderId, driverId, offerId: 'o', pickup, dropoff, attempt: 1, assignedAt: 0 },
};
const who = { tripId, riderId, driverId };
const stages = {
  requested: [requested],
  searching: [requested, search(1, [], 0)],
  assigned: [requested, search(1, [], 0), assignment],
  arrived: [] as TripEvent[],
  inProgress: [] as TripEvent[],
  completed: [] as TripEvent[],
};
stages.arrived = [...stages.assigned, { type: 'DriverArrived', data: { ...who, arrivedAt: 0 } }];
stages.inProgress = [...stages.arrived, { type: 'TripStarted', data: { ...who, startedAt: 0 } }];
stages.completed = [
  ...stages.inProgress,
  { type: 'TripCompleted', data: { ...who, fare: price, completedAt: 0 } },
];
const cancel = (by: Actor, actorId: string): TripCommand => ({
  type: 'CancelTrip',
  data: { tripId, by, actorId, reason: null },
});
const byDriver = (
  type: 'ReportArrival' | 'StartTrip' | 'CompleteTrip',
  driver = driverId,
): TripCommand => ({
  type,
  data: { tripId, driverId: driver },
});
const verification = (
  outcome: 'VERIFIED' | 'REFUSED',
  reason: 'SUSPENDED' | null = null,
): TripInput => ({
  type: 'RiderVerification',
  data: { tripId, riderId, outcome, reason },
});

describe('a quote', () => {
  it('is base, way and time, within bounds', () => {
    // 0.02° of latitude are 2223.9 m; 1.3 times that takes 347 s at 30 km/h.
    expect(expected).toEqual({
      distanceMetres: 2_891,
      durationSeconds: 347,
      price: { amountMinor: Math.round(250 + 120 * 2.891 + 30 * (347 / 60)), currency: 'EUR' },
      surge: 1,
    });
    const near = { latitude: 52.5005, longitude: 13.4 };
    expect(quote(pickup, near, defaultTariff).price.amountMinor).toBe(500);
    expect(quote(pickup, dropoff, { ...defaultTariff, surge: 100 }).price.amountMinor).toBe(50_000);
  });
});

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

  const input: fc.Arbitrary<TripInput> = fc.oneof(
    fc.constant(request),
    fc.constantFrom(
      verification('VERIFIED'),
      verification('VERIFIED'),
      verification('REFUSED', 'SUSPENDED'),
    ),
    fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(['o', 'd'], ['p', 'e']))
      .map(([attempt, [offerId, driver]]) => match(attempt, `${offerId}${attempt}`, driver)),
    fc.integer({ min: 1, max: 3 }).map(
      (attempt): TripInput => ({
        type: 'SearchExhausted',
        data: { tripId, attempt, rounds: 8, withdrawn: [] },
      }),
    ),
    fc
      .tuple(
        fc.constantFrom('ReportArrival', 'StartTrip', 'CompleteTrip'),
        fc.constantFrom('d', 'e'),
      )
      .map(([type, driver]) => byDriver(type as 'StartTrip', driver)),
    fc.constantFrom(
      cancel('RIDER', riderId),
      cancel('DRIVER', 'd'),
      cancel('DRIVER', 'e'),
      cancel('OPERATOR', 'x'),
    ),
  );

  it('ends once, settles once and releases whom it had, whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let holder: string | undefined;
        let ends = 0;
        let settled = 0;
        let asked = 0;
        play(decider, inputs, {
          check(state, events) {
            for (const event of events) {
              for (const { message } of tripPolicy(received(event))) {
                if (message.type === 'VerifyRider') asked += 1;
                if (message.type === 'CaptureFare' || message.type === 'ReleaseHold') settled += 1;
                if (message.type === 'ReleaseDriver' && message.data.driverId === holder)
                  holder = undefined;
              }
              if (event.type === 'TripAssigned') {
                expect(holder).toBeUndefined();
                holder = event.data.driverId;
              }
              if (
                [
                  'TripCompleted',
                  'TripCancelled',
                  'TripUnfulfilled',
                  'TripRequestRefused',
                ].includes(event.type)
              ) {
                ends += 1;
              }
            }
            expect(ends).toBeLessThanOrEqual(1);
            expect(asked).toBeLessThanOrEqual(1);
            expect(ends === 1).toBe(state.status !== 'none' && isEnded(state));
            if (state.status !== 'refused') expect(settled).toBe(ends);
            if (isEnded(state)) expect(holder).toBeUndefined();
          },
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
