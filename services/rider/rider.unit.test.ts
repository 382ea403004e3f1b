import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { given, received } from '../../platform/testing/given-when-then.ts';
import { play } from '../../platform/testing/play.ts';
import type { RiderCommand, RiderEvent } from '../../schemas/messages.gen.ts';
import { riderDecider } from './decide.ts';
import { riderPolicy } from './policy.ts';

const riderId = 'r';
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const registered: RiderEvent = {
  type: 'RiderRegistered',
  data: { riderId, name: 'Ada', currency: 'EUR', registeredAt: 0 },
};
const deposited: RiderEvent = {
  type: 'FundsDeposited',
  data: { riderId, depositId: 'd', amount: eur(2_000), available: eur(2_000) },
};
const verified: RiderEvent = {
  type: 'RiderVerified',
  data: { riderId, tripId: 't', held: eur(1_500) },
};
const verify = (tripId = 't', amount = 1_500): RiderCommand => ({
  type: 'VerifyRider',
  data: { riderId, tripId, quote: eur(amount) },
});
const capture = (amount: number, tripId = 't'): RiderCommand => ({
  type: 'CaptureFare',
  data: { riderId, tripId, amount: eur(amount), kind: 'FARE' },
});

describe('a rider', () => {
  it('registers once', () => {
    const command: RiderCommand = {
      type: 'RegisterRider',
      data: { riderId, name: 'Ada', currency: 'EUR' },
    };
    given(riderDecider).when(command, { now: 0 }).then(registered);
    given(riderDecider, registered).when(command).thenIgnored();
  });

  it('pays in, each deposit once, in the account’s currency', () => {
    const deposit = (currency = 'EUR'): RiderCommand => ({
      type: 'DepositFunds',
      data: { riderId, depositId: 'd', amount: { amountMinor: 2_000, currency } },
    });
    given(riderDecider, registered).when(deposit()).then(deposited);
    given(riderDecider, registered, deposited).when(deposit()).thenIgnored();
    given(riderDecider, registered)
      .when(deposit('USD'))
      .then({
        type: 'RiderCommandRefused',
        data: { riderId, command: 'DepositFunds', reason: 'the account is in EUR' },
      });
  });

  it('has the quote held when verified', () => {
    given(riderDecider, registered, deposited)
      .when(verify())
      .then(verified)
      .thenState({ account: expect.objectContaining({ available: 500, held: 1_500 }) });
  });

  it.each([
    ['UNKNOWN_RIDER', [], verify()],
    ['INSUFFICIENT_FUNDS', [registered, deposited], verify('t', 2_001)],
    ['ACTIVE_TRIP', [registered, deposited, verified], verify('u', 1)],
    [
      'SUSPENDED',
      [registered, { type: 'RiderSuspended', data: { riderId, reason: 'x' } }],
      verify(),
    ],
  ] as const)('is refused: %s', (reason, history, command) => {
    const { tripId } = command.data as { tripId: string };
    given(riderDecider, ...history)
      .when(command)
      .then({ type: 'RiderVerificationRefused', data: { riderId, tripId, reason } });
  });

  it('pays what is captured and gets the rest back', () => {
    given(riderDecider, registered, deposited, verified)
      .when(capture(1_000))
      .then({
        type: 'FareCaptured',
        data: { riderId, tripId: 't', captured: eur(1_000), released: eur(500), kind: 'FARE' },
      })
      .thenState({
        account: expect.objectContaining({ available: 1_000, held: 0, captured: 1_000 }),
      });
  });

  it('never pays more than is held, and gets all back when the trip ends otherwise', () => {
    const before = given(riderDecider, registered, deposited, verified);
    before.when(capture(1_501)).thenState({ hold: { tripId: 't', amount: eur(1_500) } });
    before
      .when({ type: 'ReleaseHold', data: { riderId, tripId: 't' } })
      .then({ type: 'HoldReleased', data: { riderId, tripId: 't', released: eur(1_500) } });
    before.when({ type: 'ReleaseHold', data: { riderId, tripId: 'u' } }).thenIgnored();
  });

  it('holds nothing again for a trip that has ended', () => {
    const released: RiderEvent = {
      type: 'HoldReleased',
      data: { riderId, tripId: 't', released: eur(1_500) },
    };
    given(riderDecider, registered, deposited, verified, released).when(verify()).thenIgnored();
  });

  it('answers whoever asked for the verification', () => {
    const asked = { replyTopic: 'trip.commands', correlationId: 't' };
    expect(riderPolicy(received(verified, asked))).toEqual([
      {
        to: 'trip.commands',
        key: 't',
        correlationId: 't',
        message: {
          type: 'RiderVerification',
          data: { tripId: 't', riderId, outcome: 'VERIFIED', reason: null },
        },
      },
    ]);
    expect(riderPolicy(received(verified))).toEqual([]);
  });

  const amount = fc.integer({ min: -10, max: 3_000 }).map(eur);
  const tripId = fc.constantFrom('t', 'u', 'v');
  const command: fc.Arbitrary<RiderCommand> = fc.oneof(
    fc.constant<RiderCommand>({
      type: 'RegisterRider',
      data: { riderId, name: 'Ada', currency: 'EUR' },
    }),
    fc
      .record({ riderId: fc.constant(riderId), depositId: fc.constantFrom('a', 'b', 'c'), amount })
      .map((data): RiderCommand => ({ type: 'DepositFunds', data })),
    fc
      .record({ riderId: fc.constant(riderId), tripId, quote: amount })
      .map((data): RiderCommand => ({ type: 'VerifyRider', data })),
    fc
      .record({ riderId: fc.constant(riderId), tripId, amount, kind: fc.constant('FARE' as const) })
      .map((data): RiderCommand => ({ type: 'CaptureFare', data })),
    tripId.map((id): RiderCommand => ({ type: 'ReleaseHold', data: { riderId, tripId: id } })),
    fc.constant<RiderCommand>({ type: 'SuspendRider', data: { riderId, reason: 'x' } }),
    fc.constant<RiderCommand>({ type: 'ReinstateRider', data: { riderId } }),
  );

  it('keeps its money whatever is commanded', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let paidIn = 0;
        play(riderDecider, commands, {
          check(state, events) {
            for (const event of events) {
              if (event.type === 'FundsDeposited') paidIn += event.data.amount.amountMinor;
            }
            if (state.status === 'unregistered') return;
            const { deposited: all, available, held, captured } = state.account;
            expect(all).toBe(paidIn);
            expect(available + held + captured).toBe(all);
            expect(Math.min(available, held, captured)).toBeGreaterThanOrEqual(0);
            expect(held).toBe(state.hold?.amount.amountMinor ?? 0);
          },
        });
      }),
      { numRuns: 500 },
    );
  });
});
