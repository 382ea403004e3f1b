import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, RefusedError } from './api.ts';
import type { Clock } from './clock.ts';
import type { Surroundings } from './driver.ts';
import { anyCrossing, crossingNear, positionOf } from './grid.ts';
import type { Habits } from './habits.ts';
import type { News } from './news.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** What a rider pays in at first, in cents: enough for a day. */
const DEPOSIT = 10_000_000;

interface Account {
  readonly deposited: number;
  readonly available: number;
  readonly held: number;
  readonly captured: number;
}

interface RiderView {
  readonly account?: Account;
}

/** A simulated rider: takes one trip at a time, sometimes cancels, and keeps the receipts. */
export class Rider {
  readonly #api: Api;
  readonly #random: Random;
  readonly #habits: Habits;
  readonly #tally: Tally;
  readonly #clock: Clock;
  #id = '';
  #spent = 0;
  /** Resolves the trip that is under way. */
  #done: (() => void) | undefined;
  #tripId: string | undefined;
  /** News that came before the API had told the trip's id. */
  readonly #early: News[] = [];

  constructor({ api, habits, tally, clock }: Surroundings, random: Random) {
    this.#api = api;
    this.#random = random;
    this.#habits = habits;
    this.#tally = tally;
    this.#clock = clock;
  }

  async start(name: string): Promise<void> {
    const rider = { name, currency: 'EUR' };
    const { riderId } = await this.#api.send<{ riderId: string }>('/riders', rider);
    this.#id = riderId;
    const amount = { amountMinor: DEPOSIT, currency: 'EUR' };
    await this.#api.send(`/riders/${riderId}/deposits`, { amount });
    this.#api.follow(`riders/${riderId}`, (news) => this.#hear(news));
  }

  /** Requests a trip and resolves when it has ended. */
  async takeTrip(wantedAt: number): Promise<void> {
    const random = this.#random;
    const pickup = anyCrossing(random);
    const dropoff = crossingNear(pickup, ...this.#habits.tripBlocks, random);
    const ended = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    const body = { riderId: this.#id, pickup: positionOf(pickup), dropoff: positionOf(dropoff) };
    const { tripId } = await this.#api.send<{ tripId: string }>('/trips', body, 'POST', wantedAt);
    this.#tally.accepted(tripId, wantedAt);
    this.#tripId = tripId;
    for (const news of this.#early.splice(0)) this.#hear(news);
    if (random.chance(this.#habits.riderCancels)) {
      void this.#cancelAfter(random.between(0, this.#habits.cancelWithinMs), tripId);
    }
    await ended;
  }

  /**
   * Compares the account with the receipts. Money follows the end of a trip by some milliseconds, so
   * what is wrong is looked at again, for as long as `milliseconds`.
   */
  async checkAccount(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const { account } = await this.#api.get<RiderView>(`/riders/${this.#id}`);
      const wrong = account === undefined ? 'has no account' : this.#wrongWith(account);
      if (wrong === undefined) return;
      if (Date.now() > until) return this.#violation(wrong);
      await sleep(100);
    }
  }

  #wrongWith({ deposited, available, held, captured }: Account): string | undefined {
    if (deposited !== available + held + captured) {
      return `has ${deposited} deposited, but ${available} + ${held} + ${captured}`;
    }
    if (this.#tripId !== undefined) return undefined;
    if (held !== 0) return `has ${held} held without a trip`;
    return captured === this.#spent
      ? undefined
      : `was charged ${captured} instead of ${this.#spent}`;
  }

  /** Cancels the trip that is under way, if one is. */
  async cancel(): Promise<void> {
    if (this.#tripId !== undefined) await this.#cancelAfter(0, this.#tripId);
  }

  async #cancelAfter(milliseconds: number, tripId: string): Promise<void> {
    const due = await this.#clock.pause(milliseconds);
    if (this.#tripId !== tripId) return;
    try {
      const body = { by: 'rider', actorId: this.#id };
      await this.#api.send(`/trips/${tripId}/cancellation`, body, 'POST', due);
    } catch (error) {
      // It may have ended in this moment.
      if (error instanceof RefusedError && error.status !== 409) this.#violation(error.message);
    }
  }

  #hear(news: News): void {
    const { type, data } = news;
    if (data.tripId === undefined || data.riderId !== this.#id) return;
    if (this.#done !== undefined && this.#tripId === undefined) {
      this.#early.push(news);
      return;
    }
    if (type === 'TripAssigned') this.#tally.assigned(data.tripId);
    else if (type === 'TripCompleted') this.#end(data.tripId, 'completed', data.fare.amountMinor);
    else if (type === 'TripCancelled') this.#end(data.tripId, 'cancelled', data.fee.amountMinor);
    else if (type === 'TripUnfulfilled') this.#end(data.tripId, 'unfulfilled', 0);
    else if (type === 'TripRequestRefused') this.#end(data.tripId, 'refused', 0);
  }

  #end(
    tripId: string,
    outcome: 'completed' | 'cancelled' | 'unfulfilled' | 'refused',
    cost: number,
  ): void {
    this.#tally.ended(tripId, outcome);
    if (this.#tripId !== tripId) return;
    this.#spent += cost;
    this.#tripId = undefined;
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  #violation(text: string): void {
    this.#tally.violation(`rider ${this.#id} ${text}`);
  }
}
