import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, type News, RefusedError } from './api.ts';
import { along, anyCrossing, type Crossing, crossingAt, positionOf, streetMetres } from './grid.ts';
import type { Habits } from './habits.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** What the driver is occupied with; the news of the driver's own log decides it. */
type Duty =
  | { readonly is: 'free' }
  | { readonly is: 'asked' | 'accepted'; readonly offerId: string; readonly tripId: string }
  | { readonly is: 'driving'; readonly offerId: string; readonly tripId: string };

/** A simulated driver: pings, answers offers after thinking, drives, and sometimes gives up. */
export class Driver {
  readonly #api: Api;
  readonly #random: Random;
  readonly #habits: Habits;
  readonly #tally: Tally;
  readonly #signal: AbortSignal;
  #id = '';
  #at: Crossing;
  #duty: Duty = { is: 'free' };
  /** Trips that have ended for this driver: news of the trip may come before or after the driver's. */
  readonly #over = new Set<string>();

  constructor(api: Api, random: Random, habits: Habits, tally: Tally, signal: AbortSignal) {
    this.#api = api;
    this.#random = random;
    this.#habits = habits;
    this.#tally = tally;
    this.#signal = signal;
    this.#at = anyCrossing(random);
  }

  /** Registers, goes online and follows the feed. Resolves when all that has been accepted. */
  async start(name: string): Promise<void> {
    const body = { name, vehicle: 'Hail One' };
    const { driverId } = await this.#api.send<{ driverId: string }>('/drivers', body);
    this.#id = driverId;
    this.#api.follow(`/drivers/${driverId}/events`, (news) => this.#hear(news));
    await this.#api.send(`/drivers/${driverId}/status`, { status: 'available' }, 'PUT');
    this.#ping();
    void this.#keepPinging();
  }

  async goOffline(): Promise<void> {
    if (this.#id !== '') {
      await this.#api.send(`/drivers/${this.#id}/status`, { status: 'offline' }, 'PUT');
    }
  }

  #ping(): void {
    this.#api.tell(`/drivers/${this.#id}/locations`, positionOf(this.#at));
  }

  async #keepPinging(): Promise<void> {
    const { pingEveryMs } = this.#habits;
    await this.#pause(this.#random.between(0, pingEveryMs));
    while (!this.#signal.aborted) {
      this.#ping();
      await this.#pause(pingEveryMs);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#signal }).catch(() => {});
  }

  #hear({ type, data }: News): void {
    switch (type) {
      case 'OfferMade':
        if (this.#duty.is === 'accepted' || this.#duty.is === 'driving') {
          this.#violation(`was offered trip ${data.tripId} while having trip ${this.#duty.tripId}`);
        }
        this.#duty = { is: 'asked', offerId: data.offerId, tripId: data.tripId };
        void this.#consider(data.offerId, data.tripId, data.expiresAt);
        return;
      case 'OfferWithdrawn':
      case 'OfferExpired':
      case 'OfferDeclined':
        if ('offerId' in this.#duty && this.#duty.offerId === data.offerId)
          this.#duty = { is: 'free' };
        return;
      case 'DriverReleased':
        this.#over.add(data.tripId);
        if ('tripId' in this.#duty && this.#duty.tripId === data.tripId)
          this.#duty = { is: 'free' };
        return;
      case 'TripCancelled':
        this.#over.add(data.tripId);
        return;
      case 'TripAssigned':
        if (this.#over.has(data.tripId) || this.#duty.is === 'driving') return;
        if (!('tripId' in this.#duty) || this.#duty.tripId !== data.tripId) {
          this.#violation(`was assigned trip ${data.tripId} without having accepted it`);
          return;
        }
        this.#duty = { is: 'driving', offerId: data.offerId, tripId: data.tripId };
        void this.#drive(data.tripId, crossingAt(data.pickup), crossingAt(data.dropoff));
        return;
    }
  }

  async #consider(offerId: string, tripId: string, expiresAt: number): Promise<void> {
    const { thinkMs, declines, ignores } = this.#habits;
    const random = this.#random;
    const think = random.between(...thinkMs);
    const verdict = random.chance(declines) ? 'decline' : 'acceptance';
    if (random.chance(ignores)) return;
    const from = Date.now();
    if (from > expiresAt) return;
    await this.#pause(think);
    this.#tally.thought(tripId, from, Date.now());
    if (this.#duty.is !== 'asked' || this.#duty.offerId !== offerId) return;
    if (verdict === 'acceptance') this.#duty = { is: 'accepted', offerId, tripId };
    await this.#command(`/offers/${encodeURIComponent(offerId)}/${verdict}`, {});
  }

  async #drive(tripId: string, pickup: Crossing, dropoff: Crossing): Promise<void> {
    const goesOn = () => !this.#over.has(tripId) && !this.#signal.aborted;
    if (this.#random.chance(this.#habits.driverCancels)) {
      await this.#pause(this.#random.between(0, 500));
      if (goesOn()) {
        const reason = 'flat tyre';
        await this.#post(`/trips/${tripId}/cancellation`, {
          by: 'driver',
          actorId: this.#id,
          reason,
        });
      }
      return;
    }
    await this.#go(pickup, goesOn);
    if (goesOn()) await this.#command(`/trips/${tripId}/arrival`, {});
    await this.#pause(this.#random.between(...this.#habits.boardingMs));
    if (goesOn()) await this.#command(`/trips/${tripId}/start`, {});
    await this.#go(dropoff, goesOn);
    if (goesOn()) await this.#command(`/trips/${tripId}/completion`, {});
  }

  async #go(to: Crossing, goesOn: () => boolean): Promise<void> {
    const from = this.#at;
    const metres = streetMetres(from, to);
    const began = Date.now();
    for (let gone = 0; gone < metres && goesOn(); ) {
      await this.#pause(
        Math.min(500, ((metres - gone) / this.#habits.metresPerSecond) * 1_000 + 1),
      );
      gone = ((Date.now() - began) / 1_000) * this.#habits.metresPerSecond;
      this.#at = along(from, to, gone);
    }
    this.#ping();
  }

  #command(path: string, body: object): Promise<void> {
    return this.#post(path, { ...body, driverId: this.#id });
  }

  /** The trip may have been cancelled meanwhile: 404 and 409 are answers like others. */
  async #post(path: string, body: object): Promise<void> {
    try {
      await this.#api.send(path, body);
    } catch (error) {
      if (error instanceof RefusedError && error.status !== 409) this.#violation(error.message);
    }
  }

  #violation(text: string): void {
    this.#tally.violation(`driver ${this.#id} ${text}`);
  }
}
