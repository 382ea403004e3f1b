import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { received } from '../../platform/testing/given-when-then.ts';
import { play } from '../../platform/testing/play.ts';
import type { TripInput } from './decide.ts';
import {
  byDriver,
  cancel,
  decider,
  match,
  request,
  riderId,
  tripId,
  verification,
} from './fixtures.ts';
import { tripPolicy } from './policy.ts';
import { isEnded } from './trip.ts';

describe('any trip', () => {
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
