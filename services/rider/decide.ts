import {
  type Context,
  type DeadlineReached,
  type Decider,
  type Decision,
  ignore,
} from '../../platform/messaging/decider.ts';
import type { Received } from '../../platform/messaging/message.ts';
import type {
  CaptureFare,
  DepositFunds,
  Money,
  RiderCommand,
  RiderEvent,
  VerificationRefusal,
  VerifyRider,
} from '../../schemas/messages.gen.ts';
import { evolve, initialRider, type KnownRider, type RiderState } from './rider.ts';

/** The rules of a rider and their account. Money is conserved whatever the commands. */
export const riderDecider: Decider<RiderState, RiderCommand, RiderEvent> = {
  initialState: initialRider,
  decide,
  evolve,
  // A rider may always come back, but until then nothing more happens to one without a hold.
  isEnded: (state) => state.status === 'unregistered' || state.hold === null,
};

function decide(
  command: Received<RiderCommand> | DeadlineReached,
  state: RiderState,
  { now }: Context,
): Decision<RiderEvent> {
  if (command.type === 'DeadlineReached') return ignore('a rider has no deadlines');
  if (command.type === 'RegisterRider') {
    if (state.status !== 'unregistered') return ignore('is registered');
    return [{ type: 'RiderRegistered', data: { ...command.data, registeredAt: now } }];
  }
  if (state.status === 'unregistered') return decideUnknown(command);
  switch (command.type) {
    case 'DepositFunds':
      return deposit(command.data, state);
    case 'SuspendRider':
      if (state.status === 'suspended') return ignore('is suspended');
      return [{ type: 'RiderSuspended', data: command.data }];
    case 'ReinstateRider':
      if (state.status === 'active') return ignore('is active');
      return [{ type: 'RiderReinstated', data: command.data }];
    case 'VerifyRider':
      return verify(command.data, state);
    case 'CaptureFare':
      return capture(command.data, state);
    case 'ReleaseHold': {
      const { riderId, tripId } = command.data;
      if (state.hold?.tripId !== tripId) return ignore('holds nothing for this trip');
      return [{ type: 'HoldReleased', data: { riderId, tripId, released: state.hold.amount } }];
    }
    default:
      return command satisfies never;
  }
}

function decideUnknown(
  command: Exclude<RiderCommand, { type: 'RegisterRider' }>,
): Decision<RiderEvent> {
  switch (command.type) {
    case 'VerifyRider':
      return refuseVerification(command.data, 'UNKNOWN_RIDER');
    case 'CaptureFare':
    case 'ReleaseHold':
      return ignore('holds nothing for this trip');
    case 'DepositFunds':
    case 'SuspendRider':
    case 'ReinstateRider':
      return refuse(command, 'the rider is not registered');
    default:
      return command satisfies never;
  }
}

function deposit(data: DepositFunds, { account, depositIds }: KnownRider): Decision<RiderEvent> {
  const { riderId, depositId, amount } = data;
  if (depositIds.includes(depositId)) return ignore('has been deposited');
  const refused = (reason: string) => refuse({ type: 'DepositFunds', data }, reason);
  if (amount.currency !== account.currency) return refused(`the account is in ${account.currency}`);
  const { amountMinor } = amount;
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0)
    return refused('not a positive amount');
  if (!Number.isSafeInteger(account.deposited + amountMinor))
    return refused('more than can be kept');
  const available = { ...amount, amountMinor: account.available + amountMinor };
  return [{ type: 'FundsDeposited', data: { riderId, depositId, amount, available } }];
}

function verify(data: VerifyRider, state: KnownRider): Decision<RiderEvent> {
  const { riderId, tripId, quote } = data;
  // The answer to the first asking says all there is to say; the trip exists once, and is asked for once.
  if (state.hold?.tripId === tripId) return ignore('holds money for this trip');
  if (state.endedTripIds.includes(tripId)) return ignore('this trip has ended');
  if (state.status === 'suspended') return refuseVerification(data, 'SUSPENDED');
  if (state.hold !== null) return refuseVerification(data, 'ACTIVE_TRIP');
  if (!covers(state, quote)) return refuseVerification(data, 'INSUFFICIENT_FUNDS');
  return [{ type: 'RiderVerified', data: { riderId, tripId, held: quote } }];
}

/** Whether `quote` can be held: a whole amount ≥ 0 of the account's currency that is available. */
function covers({ account }: KnownRider, { amountMinor, currency }: Money): boolean {
  if (currency !== account.currency) return false;
  return Number.isSafeInteger(amountMinor) && amountMinor >= 0 && amountMinor <= account.available;
}

function capture(data: CaptureFare, { hold }: KnownRider): Decision<RiderEvent> {
  const { riderId, tripId, amount, kind } = data;
  if (hold?.tripId !== tripId) return ignore('holds nothing for this trip');
  const { currency, amountMinor: held } = hold.amount;
  const takes = amount.amountMinor;
  if (amount.currency !== currency || !Number.isSafeInteger(takes) || takes < 0 || takes > held) {
    return refuse({ type: 'CaptureFare', data }, `only up to ${held} ${currency} is held`);
  }
  const released = { amountMinor: held - takes, currency };
  return [{ type: 'FareCaptured', data: { riderId, tripId, captured: amount, released, kind } }];
}

function refuse({ type, data }: RiderCommand, reason: string): Decision<RiderEvent> {
  return [{ type: 'RiderCommandRefused', data: { riderId: data.riderId, command: type, reason } }];
}

function refuseVerification(
  { riderId, tripId }: VerifyRider,
  reason: VerificationRefusal,
): Decision<RiderEvent> {
  return [{ type: 'RiderVerificationRefused', data: { riderId, tripId, reason } }];
}
