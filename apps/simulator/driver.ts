import { type Api, RefusedError } from './api.ts';
import type { Clock } from './clock.ts';
import { anyCrossing, type Crossing, crossingAt, type Position, positionOf } from './grid.ts';
import type { Habits } from './habits.ts';
import { arrivesAt, type Journey, placeOn } from './journey.ts';
import type { News } from './news.ts';
import type { Pinger } from './pinger.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';

/** What the driver is occupied with; the news of the driver's own log decides it. */
type Duty =
  | { readonly is: 'free' }
  | { readonly is: 'asked' | 'accepted'; readonly offerId: string; readonly tripId: string }
  | { readonly is: 'driving'; readonly offerId: string; readonly tripId: string };

/** What people of the city have around them. */
export interface Surroundings {
  readonly api: Api;
  readonly habits: Habits;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly pinger: Pinger;
}

/** Of so many trips that are over a driver takes notice of late news. */
const REMEMBERED = 20;

/** A simulated driver: pings, answers offers after thinking, drives, and sometimes gives up. */
export class Driver {
  readonly #api: Api;
  readonly #random: Random;
  readonly #habits: Habits;
  readonly #tally: Tally;
  readonly #clock: Clock;
  readonly #pinger: Pinger;
  id = '';
  #journey: Journey;
  #duty: Duty = { is: 'free' };
  /** Trips that have ended for this driver: news of the trip may come before or after the driver's. */
  readonly #over = new Set<string>();

  constructor({ api, habits, tally, clock, pinger }: Surroundings, random: Random) {
    this.#api = api;
    this.#random = random;
    this.#habits = habits;
    this.#tally = tally;
    this.#clock = clock;
    this.#pinger = pinger;
    const home = anyCrossing(random);
    this.#journey = { from: home, to: home, began: 0 };
  }

  /** Registers, goes online and follows the feed. Resolves when all that has been accepted. */
  async start(name: string): Promise<void> {
    const body = { name, vehicle: 'Hail One' };
    const { driverId } = await this.#api.send<{ driverId: string }>('/drivers', body);
    this.id = driverId;
    this.#api.follow(`drivers/${driverId}`, (news) => this.#hear(news));
    await this.#api.send(`/drivers/${driverId}/status`, { status: 'available' }, 'PUT');
    this.#pinger.add(this);
  }

  async goOffline(): Promise<void> {
    if (this.id !== '') {
      await this.#api.send(`/drivers/${this.id}/status`, { status: 'offline' }, 'PUT');
    }
  }

  position(): Position {
    return positionOf(this.#place());
  }

  #place(): Crossing {
    return placeOn(this.#journey, this.#habits.metresPerSecond, Date.now());
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
        this.#end(data.tripId);
        if ('tripId' in this.#duty && this.#duty.tripId === data.tripId)
          this.#duty = { is: 'free' };
        return;
      case 'TripCancelled':
        this.#end(data.tripId);
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
    const due = await this.#clock.pause(think);
    this.#tally.thought(tripId, from, Date.now());
    if (this.#duty.is !== 'asked' || this.#duty.offerId !== offerId) return;
    if (verdict === 'acceptance') this.#duty = { is: 'accepted', offerId, tripId };
    await this.#command(`/offers/${encodeURIComponent(offerId)}/${verdict}`, {}, due);
  }

  /** A trip is over for this driver, who stops where they are if they were driving for it. */
  #end(tripId: string): void {
    this.#over.add(tripId);
    if (this.#over.size > REMEMBERED) this.#over.delete(this.#over.values().next().value as string);
    if (this.#journey.tripId !== tripId) return;
    const here = this.#place();
    this.#journey = { from: here, to: here, began: 0 };
  }

  async #drive(tripId: string, pickup: Crossing, dropoff: Crossing): Promise<void> {
    const goesOn = () => !this.#over.has(tripId) && !this.#clock.stopped;
    if (this.#random.chance(this.#habits.driverCancels)) {
      const due = await this.#clock.pause(this.#random.between(...this.#habits.giveUpMs));
      const body = { by: 'driver', actorId: this.id, reason: 'flat tyre' };
      if (goesOn()) await this.#post(`/trips/${tripId}/cancellation`, body, due);
      return;
    }
    const there = await this.#go(tripId, pickup);
    if (goesOn()) await this.#command(`/trips/${tripId}/arrival`, {}, there);
    const aboard = await this.#clock.pause(this.#random.between(...this.#habits.boardingMs));
    if (!goesOn()) return;
    await this.#command(`/trips/${tripId}/start`, {}, aboard);
    const arrived = await this.#go(tripId, dropoff);
    if (goesOn()) await this.#command(`/trips/${tripId}/completion`, {}, arrived);
  }

  /** Resolves with the moment of arrival, also when the trip has ended on the way. */
  async #go(tripId: string, to: Crossing): Promise<number> {
    const began = Date.now();
    if (!this.#over.has(tripId)) this.#journey = { from: this.#place(), to, began, tripId };
    const due = await this.#clock.pause(
      arrivesAt(this.#journey, this.#habits.metresPerSecond) - began,
    );
    this.#pinger.report(this);
    return due;
  }

  #command(path: string, body: object, due: number): Promise<void> {
    return this.#post(path, { ...body, driverId: this.id }, due);
  }

  /** The trip may have been cancelled meanwhile: 404 and 409 are answers like others. */
  async #post(path: string, body: object, due: number): Promise<void> {
    try {
      await this.#api.send(path, body, 'POST', due);
    } catch (error) {
      if (error instanceof RefusedError && error.status !== 409) this.#violation(error.message);
    }
  }

  #violation(text: string): void {
    this.#tally.violation(`driver ${this.id} ${text}`);
  }
}
