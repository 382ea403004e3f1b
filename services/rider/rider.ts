import type { Money, RiderEvent } from '../../schemas/messages.gen.ts';

/**
 * A rider's money, in minor units of `currency` (ISO 4217). All amounts are integers ≥ 0, and always
 * `deposited = available + held + captured`.
 */
export interface Account {
  readonly currency: string;
  /** Everything ever paid in. */
  readonly deposited: number;
  /** Free for the next trip. */
  readonly available: number;
  /** Set aside for the active trip: the amount of `hold`, or 0. */
  readonly held: number;
  /** Taken for trips and cancellation fees. */
  readonly captured: number;
}

/** Money set aside for a trip. A rider has one at most, which is what keeps them to one active trip. */
export interface Hold {
  readonly tripId: string;
  readonly amount: Money;
}

interface Registered {
  readonly riderId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  readonly account: Account;
  readonly hold: Hold | null;
  /** The trips whose hold ended last, latest last: a late repetition must not hold money again. */
  readonly endedTripIds: readonly string[];
  /** The deposits made last, latest last: a repetition must not pay in again. */
  readonly depositIds: readonly string[];
}

/** A rider: unknown until registered; a suspended one can finish the active trip but start none. */
export type RiderState =
  | { readonly status: 'unregistered' }
  | (Registered & { readonly status: 'active' })
  | (Registered & { readonly status: 'suspended'; readonly reason: string });

export type KnownRider = Exclude<RiderState, { status: 'unregistered' }>;

const REMEMBERED_TRIPS = 20;
const REMEMBERED_DEPOSITS = 100;

export const initialRider: RiderState = { status: 'unregistered' };

/** The rider after `event`. Total: an event that does not fit the state leaves it as it is. */
export function evolve(state: RiderState, event: RiderEvent): RiderState {
  if (event.type === 'RiderRegistered') {
    const { riderId, name, currency, registeredAt } = event.data;
    return {
      status: 'active',
      riderId,
      name,
      registeredAt,
      account: { currency, deposited: 0, available: 0, held: 0, captured: 0 },
      hold: null,
      endedTripIds: [],
      depositIds: [],
    };
  }
  return state.status === 'unregistered' ? state : evolveKnown(state, event);
}

function evolveKnown(
  state: KnownRider,
  event: Exclude<RiderEvent, { type: 'RiderRegistered' }>,
): RiderState {
  const { account } = state;
  switch (event.type) {
    case 'FundsDeposited': {
      const amount = event.data.amount.amountMinor;
      return {
        ...state,
        account: {
          ...account,
          deposited: account.deposited + amount,
          available: account.available + amount,
        },
        depositIds: [...state.depositIds, event.data.depositId].slice(-REMEMBERED_DEPOSITS),
      };
    }
    case 'RiderSuspended':
      return { ...state, status: 'suspended', reason: event.data.reason };
    case 'RiderReinstated':
      return reinstated(state);
    case 'RiderVerified': {
      const { tripId, held } = event.data;
      return {
        ...state,
        account: {
          ...account,
          available: account.available - held.amountMinor,
          held: account.held + held.amountMinor,
        },
        hold: { tripId, amount: held },
      };
    }
    case 'FareCaptured':
      return settle(state, event.data.captured.amountMinor, event.data.released.amountMinor);
    case 'HoldReleased':
      return settle(state, 0, event.data.released.amountMinor);
    case 'RiderVerificationRefused':
    case 'RiderCommandRefused':
      return state;
    default:
      return event satisfies never;
  }
}

function reinstated(state: KnownRider): RiderState {
  if (state.status === 'active') return state;
  const { reason: _, ...rest } = state;
  return { ...rest, status: 'active' };
}

/** Ends the hold: part of it is taken, the rest is available again. */
function settle(state: KnownRider, captured: number, released: number): RiderState {
  if (state.hold === null) return state;
  const { account, hold, endedTripIds } = state;
  return {
    ...state,
    account: {
      ...account,
      available: account.available + released,
      held: account.held - captured - released,
      captured: account.captured + captured,
    },
    hold: null,
    endedTripIds: [...endedTripIds, hold.tripId].slice(-REMEMBERED_TRIPS),
  };
}
