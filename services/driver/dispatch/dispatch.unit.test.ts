import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadlineReached, given, received } from '../../../platform/testing/given-when-then.ts';
import { play } from '../../../platform/testing/play.ts';
import type { Answer, DispatchEvent } from '../../../schemas/messages.gen.ts';
import type { Candidate, CandidatesQuestion } from './candidates.ts';
import { type DispatchInput, dispatchDecider } from './decide.ts';
import { defaultDispatchRules as rules } from './dispatch.ts';
import { dispatchPolicy } from './policy.ts';

const decider = dispatchDecider(rules);
const tripId = 't';
const at = { latitude: 52.5, longitude: 13.4 };
const quote = { amountMinor: 900, currency: 'EUR' };
const trip = { tripId, riderId: 'r', pickup: at, dropoff: at, quote };
const candidates = (...ids: string[]): Candidate[] =>
  ids.map((driverId, i) => ({ driverId, distanceMetres: 100 * (i + 1) }));
const search = (attempt = 1, excludedDriverIds: string[] = []): DispatchInput => ({
  type: 'DriverSearchStarted',
  data: { ...trip, attempt, excludedDriverIds, startedAt: 0 },
});
const offerId = (round: number, index: number, attempt = 1) => `t.${attempt}.${round}.${index}`;
const opened = (
  round: number,
  drivers: string[],
  excludedDriverIds: string[] = [],
  openedAt = 0,
): DispatchEvent => ({
  type: 'OfferRoundOpened',
  data: {
    ...trip,
    ...{ attempt: 1, round, radiusMetres: 1_000 * 2 ** (round - 1), excludedDriverIds },
    offers: candidates(...drivers).map((candidate, i) => ({
      offerId: offerId(round, i),
      ...candidate,
    })),
    closesAt: openedAt + (drivers.length > 0 ? 8_000 : 25 * 2 ** (round - 1)),
    openedAt,
  },
});
const answer = (id: string, driverId: string, said: Answer): DispatchInput => ({
  type: 'OfferAnswer',
  data: { tripId, offerId: id, driverId, answer: said },
});
const answered = (id: string, driverId: string, said: Answer): DispatchEvent => ({
  type: 'OfferAnswered',
  data: { tripId, offerId: id, driverId, answer: said },
});
const cancelled: DispatchInput = {
  type: 'TripCancelled',
  data: {
    ...{ tripId, riderId: 'r', driverId: null, by: 'RIDER', actorId: 'r', reason: null },
    ...{ fee: { ...quote, amountMinor: 0 }, stage: 'SEARCHING', cancelledAt: 0 },
  },
};
const asked = opened(1, ['a', 'b', 'c']);

describe('a dispatch', () => {
  it('asks the nearest drivers, all at once', () => {
    given(decider)
      .when(search(), { answer: candidates('a', 'b', 'c') })
      .then(asked);
    given(decider, asked).when(search()).thenIgnored();
    expect(decider.lookup?.(received(search(1, ['x'])), decider.initialState)).toEqual({
      ...{ near: at, radiusMetres: 1_000, limit: 3, excludedDriverIds: ['x'] },
    });
  });

  it('is matched with the first who accepts; the others lose their offers', () => {
    given(decider, asked)
      .when(answer(offerId(1, 1), 'b', 'ACCEPTED'))
      .then(answered(offerId(1, 1), 'b', 'ACCEPTED'), {
        type: 'DriverMatched',
        data: {
          ...{ tripId, attempt: 1, round: 1, driverId: 'b', offerId: offerId(1, 1) },
          withdrawn: [
            { offerId: offerId(1, 0), driverId: 'a' },
            { offerId: offerId(1, 2), driverId: 'c' },
          ],
        },
      })
      .thenState({ status: 'matched', driverId: 'b' });
  });

  it('opens the next round, wider, when all have said no; who declined is not asked again', () => {
    const history = [
      asked,
      answered(offerId(1, 0), 'a', 'DECLINED'),
      answered(offerId(1, 1), 'b', 'EXPIRED'),
    ];
    const last = answer(offerId(1, 2), 'c', 'REJECTED');
    given(decider, ...history)
      .when(last, { answer: candidates('d'), now: 5 })
      .then(
        answered(offerId(1, 2), 'c', 'REJECTED'),
        { type: 'OfferRoundClosed', data: { tripId, attempt: 1, round: 1, withdrawn: [] } },
        opened(2, ['d'], ['a', 'b'], 5),
      );
    // Who was only busy is left out of one round.
    expect(decider.lookup?.(received(last), given(decider, ...history).state)).toEqual({
      ...{ near: at, radiusMetres: 2_000, limit: 3, excludedDriverIds: ['a', 'b', 'c'] },
    });
  });

  it('closes a round in time, and takes back what nobody answered', () => {
    const { state } = given(decider, asked);
    expect(decider.deadline?.(state)).toBe(8_000 + rules.graceMs);
    given(decider, opened(1, ['a']))
      .when(deadlineReached(9_000), { answer: [], now: 9_000 })
      .then(
        {
          type: 'OfferRoundClosed',
          data: {
            tripId,
            attempt: 1,
            round: 1,
            withdrawn: [{ offerId: offerId(1, 0), driverId: 'a' }],
          },
        },
        opened(2, [], [], 9_000),
      );
  });

  it('gives up after the last round', () => {
    given(decider, opened(10, ['a']))
      .when(deadlineReached(9_000), { now: 9_000 })
      .then({
        type: 'SearchExhausted',
        data: {
          tripId,
          attempt: 1,
          rounds: 10,
          withdrawn: [{ offerId: offerId(10, 0), driverId: 'a' }],
        },
      });
  });

  it('stops when the trip is cancelled', () => {
    given(decider, opened(1, ['a']))
      .when(cancelled)
      .then({
        type: 'SearchCancelled',
        data: { tripId, attempt: 1, withdrawn: [{ offerId: offerId(1, 0), driverId: 'a' }] },
      });
    given(decider).when(cancelled).thenIgnored();
  });

  it('takes no notice of late answers, and searches again in a new attempt', () => {
    const closed: DispatchEvent[] = [
      asked,
      {
        type: 'DriverMatched',
        data: {
          tripId,
          attempt: 1,
          round: 1,
          driverId: 'a',
          offerId: offerId(1, 0),
          withdrawn: [],
        },
      },
    ];
    given(decider, ...closed)
      .when(answer(offerId(1, 1), 'b', 'ACCEPTED'))
      .thenIgnored();
    given(decider, asked)
      .when(answer(offerId(1, 1), 'x', 'ACCEPTED'))
      .thenIgnored();
    given(decider, ...closed)
      .when(search(2, ['a']), { answer: candidates('b') })
      .thenState({ status: 'searching', attempt: 2, round: 1, excludedDriverIds: ['a'] });
    given(decider, ...closed)
      .when(search(1))
      .thenIgnored();
  });

  it('sends offers that ask for an answer, and withdrawals', () => {
    const sent = dispatchPolicy(received(asked));
    expect(
      sent.map(({ to, key, replyTopic, correlationId }) => [to, key, replyTopic, correlationId]),
    ).toEqual(
      ['a', 'b', 'c'].map((driver, i) => [
        'driver.commands',
        driver,
        'dispatch.commands',
        offerId(1, i),
      ]),
    );
    const withdrawn = [{ offerId: 'o', driverId: 'a' }];
    const end: DispatchEvent = { type: 'SearchCancelled', data: { tripId, attempt: 1, withdrawn } };
    expect(dispatchPolicy(received(end)).map(({ message }) => message)).toEqual([
      { type: 'WithdrawOffer', data: { driverId: 'a', offerId: 'o', tripId } },
    ]);
  });

  const input: fc.Arbitrary<DispatchInput> = fc.oneof(
    fc.integer({ min: 1, max: 3 }).map((attempt) => search(attempt)),
    fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        fc.constantFrom<Answer>('ACCEPTED', 'DECLINED', 'EXPIRED', 'REJECTED'),
      )
      .map(([round, i, said]) => answer(offerId(round, i), 'abc'[i] as string, said)),
    fc.constant(cancelled),
  );
  const nobodyOrAll = ({ excludedDriverIds }: CandidatesQuestion) =>
    candidates(...['a', 'b', 'c'].filter((id) => !excludedDriverIds.includes(id)));

  it('gives every offer one outcome and every attempt one winner, whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        const open = new Set<string>();
        const winners = new Map<number, number>();
        play(decider, inputs, {
          answer: nobodyOrAll,
          check(state, events) {
            for (const event of events) {
              if (event.type === 'OfferRoundOpened') {
                for (const { offerId: id, driverId } of event.data.offers) {
                  expect(event.data.excludedDriverIds).not.toContain(driverId);
                  open.add(id);
                }
              } else if (event.type === 'OfferAnswered') {
                expect(open.delete(event.data.offerId)).toBe(true);
              } else {
                for (const { offerId: id } of event.data.withdrawn)
                  expect(open.delete(id)).toBe(true);
              }
              if (event.type === 'DriverMatched') {
                const { attempt } = event.data;
                winners.set(attempt, (winners.get(attempt) ?? 0) + 1);
                expect(winners.get(attempt)).toBe(1);
              }
            }
            if (state.status !== 'searching') expect([...open]).toEqual([]);
          },
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
