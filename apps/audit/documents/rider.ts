import type { Money, RiderEvent } from '../../../schemas/messages.gen.ts';

/** What the read model must say of a rider: the auditor's own fold, of a document's shape. */
export interface RiderDocument {
  status: 'active' | 'suspended';
  riderId: string;
  name: string;
  registeredAt: number;
  account: {
    currency: string;
    deposited: number;
    available: number;
    held: number;
    captured: number;
  };
  hold: { tripId: string; amount: Money } | null;
  endedTripIds: string[];
  depositIds: string[];
  reason?: string;
}

/** How many trips and deposits a document remembers. */
const TRIPS = 20;
const DEPOSITS = 100;

export function foldRider(
  document: RiderDocument | undefined,
  event: RiderEvent,
): RiderDocument | undefined {
  if (event.type === 'RiderRegistered') {
    const { riderId, name, currency, registeredAt } = event.data;
    const account = { currency, deposited: 0, available: 0, held: 0, captured: 0 };
    const empty = { hold: null, endedTripIds: [], depositIds: [] };
    return { status: 'active', riderId, name, registeredAt, account, ...empty };
  }
  if (document === undefined) return undefined;
  const { account } = document;
  switch (event.type) {
    case 'FundsDeposited': {
      const { amountMinor } = event.data.amount;
      account.deposited += amountMinor;
      account.available += amountMinor;
      document.depositIds.push(event.data.depositId);
      if (document.depositIds.length > DEPOSITS) document.depositIds.shift();
      break;
    }
    case 'RiderSuspended':
      document.status = 'suspended';
      document.reason = event.data.reason;
      break;
    case 'RiderReinstated':
      document.status = 'active';
      delete document.reason;
      break;
    case 'RiderVerified': {
      const { tripId, held } = event.data;
      account.available -= held.amountMinor;
      account.held += held.amountMinor;
      document.hold = { tripId, amount: held };
      break;
    }
    case 'FareCaptured':
    case 'HoldReleased': {
      const released = event.data.released.amountMinor;
      const captured = event.type === 'FareCaptured' ? event.data.captured.amountMinor : 0;
      account.held -= released + captured;
      account.available += released;
      account.captured += captured;
      document.hold = null;
      document.endedTripIds.push(event.data.tripId);
      if (document.endedTripIds.length > TRIPS) document.endedTripIds.shift();
      break;
    }
    default:
  }
  return document;
}
