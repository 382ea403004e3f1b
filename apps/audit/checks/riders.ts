import type { Money, RiderEvent } from '../../../schemas/messages.gen.ts';
import type { Check, Recorded } from '../check.ts';
import type { Findings } from '../findings.ts';
import { Recent } from '../recent.ts';

interface Account {
  readonly currency: string;
  deposited: number;
  available: number;
  captured: number;
  hold: { readonly tripId: string; readonly amount: number } | undefined;
  suspended: boolean;
}

/**
 * A rider has one trip at a time, and their money is conserved: what was paid in is available, held
 * for the trip, or captured, and none of these is ever negative.
 */
export class Riders implements Check {
  readonly #findings: Findings;
  readonly #accounts = new Map<string, Account>();
  readonly #deposits = new Recent<true>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  rider(event: Recorded<RiderEvent>): void {
    const { type, data } = event;
    const account = this.#accounts.get(data.riderId);
    if (type === 'RiderRegistered') {
      if (account !== undefined) {
        this.#transition('registered a second time', event);
        return;
      }
      const { currency } = data;
      const empty = { deposited: 0, available: 0, captured: 0, hold: undefined };
      this.#accounts.set(data.riderId, { currency, ...empty, suspended: false });
      return;
    }
    if (type === 'RiderCommandRefused' || type === 'RiderVerificationRefused') return;
    if (account === undefined) {
      this.#transition('not registered', event);
      return;
    }
    this.#apply(account, event);
    const { deposited, available, captured, hold } = account;
    const held = hold?.amount ?? 0;
    if (deposited !== available + held + captured || available < 0 || held < 0 || captured < 0) {
      const text = `rider ${data.riderId}: deposited ${deposited} is not available ${available} + held ${held} + captured ${captured}`;
      this.#money(text, event);
    }
  }

  /** Money by what it is, in minor units, over all riders. */
  end(): void {
    this.#findings.count('riders', this.#accounts.size);
    for (const { currency, deposited, available, captured, hold } of this.#accounts.values()) {
      this.#findings.count(`money deposited ${currency}`, deposited);
      this.#findings.count(`money available ${currency}`, available);
      this.#findings.count(`money held ${currency}`, hold?.amount ?? 0);
      this.#findings.count(`money captured ${currency}`, captured);
    }
  }

  #apply(
    account: Account,
    event: Exclude<Recorded<RiderEvent>, { type: 'RiderRegistered' }>,
  ): void {
    switch (event.type) {
      case 'FundsDeposited': {
        const { riderId, depositId, amount, available } = event.data;
        const id = `${riderId} ${depositId}`;
        if (this.#deposits.has(id)) this.#money(`deposit ${depositId} is paid in twice`, event);
        this.#deposits.put(id, true);
        account.deposited += this.#amount(account, amount, event);
        account.available += amount.amountMinor;
        if (available.amountMinor !== account.available) {
          const text = `it says ${available.amountMinor} are available; that is ${account.available}`;
          this.#money(text, event);
        }
        return;
      }
      case 'RiderSuspended':
      case 'RiderReinstated': {
        const suspended = event.type === 'RiderSuspended';
        if (account.suspended === suspended) this.#transition('is so already', event);
        account.suspended = suspended;
        return;
      }
      case 'RiderVerified': {
        const { riderId, tripId, held } = event.data;
        if (account.hold !== undefined) {
          const text = `rider ${riderId} has trip ${account.hold.tripId} and gets another`;
          this.#findings.violation('rider', text, event.at, tripId);
          return;
        }
        if (account.suspended) this.#transition('suspended', event);
        const amount = this.#amount(account, held, event);
        account.available -= amount;
        account.hold = { tripId, amount };
        return;
      }
      case 'FareCaptured':
        this.#settle(account, event, event.data.captured, event.data.released);
        return;
      case 'HoldReleased': {
        const { released } = event.data;
        this.#settle(account, event, { ...released, amountMinor: 0 }, released);
        return;
      }
      case 'RiderVerificationRefused':
      case 'RiderCommandRefused':
        return;
      default:
        event satisfies never;
    }
  }

  #settle(
    account: Account,
    event: Recorded<Extract<RiderEvent, { type: 'FareCaptured' | 'HoldReleased' }>>,
    captured: Money,
    released: Money,
  ): void {
    const { hold } = account;
    if (hold?.tripId !== event.data.tripId) {
      this.#money(`${event.type}, though nothing is held for this trip`, event);
      return;
    }
    account.captured += this.#amount(account, captured, event);
    account.available += this.#amount(account, released, event);
    account.hold = undefined;
    // What is then missing or too much shows in the sum.
  }

  #amount({ currency }: Account, money: Money, event: Recorded<RiderEvent>): number {
    const { amountMinor } = money;
    if (money.currency !== currency || amountMinor < 0 || !Number.isSafeInteger(amountMinor)) {
      this.#money(
        `${amountMinor} ${money.currency} is no amount of an account in ${currency}`,
        event,
      );
    }
    return amountMinor;
  }

  #money(text: string, { at, data }: Recorded<RiderEvent>): void {
    this.#findings.violation('money', text, at, 'tripId' in data ? data.tripId : undefined);
  }

  #transition(text: string, { type, at, data }: Recorded<RiderEvent>): void {
    this.#findings.violation('transition', `${type} of rider ${data.riderId}: ${text}`, at);
  }
}
