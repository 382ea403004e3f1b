import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, createApi } from '../simulator/api.ts';
import type { News } from '../simulator/news.ts';

/** Positions in the middle of the city, some 700 m apart. */
export const here = { latitude: 52.52, longitude: 13.405 };
export const there = { latitude: 52.526, longitude: 13.41 };

export interface TripView {
  readonly tripId: string;
  readonly status: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever the API shows
  readonly [field: string]: any;
}

/** The people of an end-to-end test, on the public API. */
export class Client {
  readonly url: string;
  readonly api: Api;

  constructor(url: string) {
    this.url = url;
    this.api = createApi(url, { onRetry() {} });
  }

  async rider(deposit = 10_000): Promise<string> {
    const body = { name: 'Ada', currency: 'EUR' };
    const { riderId } = await this.api.send<{ riderId: string }>('/riders', body);
    const amount = { amountMinor: deposit, currency: 'EUR' };
    await this.api.send(`/riders/${riderId}/deposits`, { amount });
    return riderId;
  }

  /** A driver who is available at `position`, and visible to searches. */
  async driver(position: object = here): Promise<string> {
    const body = { name: 'Bob', vehicle: 'Hail One' };
    const { driverId } = await this.api.send<{ driverId: string }>('/drivers', body);
    await this.api.send(`/drivers/${driverId}/status`, { status: 'available' }, 'PUT');
    await this.until(`/drivers/${driverId}`, ({ status }) => status === 'available');
    await this.api.send(`/drivers/${driverId}/locations`, position);
    return driverId;
  }

  /** So that the next search does not find this driver. */
  async goOffline(driverId: string): Promise<void> {
    await this.api.send(`/drivers/${driverId}/status`, { status: 'offline' }, 'PUT');
    await this.until(`/drivers/${driverId}`, ({ status }) => status === 'offline');
  }

  async requestTrip(riderId: string, pickup: object = here): Promise<string> {
    const body = { riderId, pickup, dropoff: there };
    return (await this.api.send<{ tripId: string }>('/trips', body)).tripId;
  }

  /** The driver accepts the offer for this trip, as soon as it is there. */
  async accept(driverId: string, tripId: string): Promise<void> {
    const { offer } = await this.until(
      `/drivers/${driverId}`,
      (view) => view['offer']?.tripId === tripId,
    );
    await this.api.send(`/offers/${offer.offerId}/acceptance`, { driverId });
  }

  trip(tripId: string, status: string): Promise<TripView> {
    return this.until(`/trips/${tripId}`, (view) => view.status === status);
  }

  step(
    tripId: string,
    step: 'arrival' | 'start' | 'completion',
    driverId: string,
  ): Promise<unknown> {
    return this.api.send(`/trips/${tripId}/${step}`, { driverId });
  }

  /** The news of a feed up to the first of this type. */
  async newsUntil(recipient: string, type: string): Promise<readonly News[]> {
    const news: News[] = [];
    await new Promise<void>((resolve) => {
      this.api.follow(recipient, (item) => {
        news.push(item);
        if (item.type === type) resolve();
      });
    });
    return news;
  }

  /** Waits, without polling, until what is at `path` is as wanted. */
  async until(path: string, accept: (view: TripView) => boolean, seconds = 40): Promise<TripView> {
    const end = Date.now() + seconds * 1_000;
    let etag = '';
    let last: unknown;
    while (Date.now() < end) {
      const headers = { prefer: 'wait=5', ...(etag && { 'if-none-match': etag }) };
      const response = await fetch(this.url + path, { headers });
      etag = response.headers.get('etag') ?? '';
      if (response.status === 200) {
        const view = (last = (await response.json()) as TripView);
        if (accept(view)) return view;
      }
      if (response.status !== 304 && etag === '') await sleep(20);
    }
    throw new Error(`${path} is still ${JSON.stringify(last)}`);
  }
}
