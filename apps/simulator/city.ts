import { setTimeout as sleep } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { createApi } from './api.ts';
import { createArrivals, type RateAt } from './arrivals.ts';
import { createClock } from './clock.ts';
import { Driver, type Surroundings } from './driver.ts';
import { defaultTimeScale, type Habits, habitsAt } from './habits.ts';
import { createPinger, type PingMode } from './pinger.ts';
import { createRandom } from './random.ts';
import { Rider } from './rider.ts';
import { type Report, Tally, type TripChange } from './tally.ts';

export interface CityOptions {
  /** The facade, as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Trips requested per second, on average; or what they are at which time of the run. */
  readonly rate: number | RateAt;
  readonly drivers: number;
  readonly seed: number;
  readonly habits?: Habits;
  /** How locations are sent; by default by each driver. */
  readonly pings?: PingMode;
  /** Told of everything that becomes of a trip, as it is heard of. */
  readonly onTrip?: (change: TripChange) => void;
  /** A request of any kind was accepted so many milliseconds after it was due. */
  readonly onAccepted?: (milliseconds: number) => void;
}

export interface City {
  report(): Report;
  /** Latencies and the rate count from now on. */
  measure(): void;
  /** Locations sent so far. */
  readonly pings: number;
  readonly drivers: number;
  readonly riders: number;
  /** By how many milliseconds the people were woken too late: that is the simulator's own delay. */
  readonly late: Histogram;
  /** More drivers go online; resolves when all of them are. */
  employ(drivers: number): Promise<void>;
  /** No more trips are requested; resolves when those under way have ended, or after `milliseconds`. */
  finish(milliseconds: number): Promise<Report>;
  /** Like `finish`, but riders cancel the trips that are under way. */
  breakOff(milliseconds: number): Promise<Report>;
}

const SETTLE_WITHIN = 10_000;
const OFFLINE_WITHIN = 5_000;
const AT_ONCE = 50;
/** Riders who wait for a trip to take, in seconds of demand: at first, and at the least. */
const RESERVE = 6;
const LOW = 2;

/**
 * Lets a city live on the public API: drivers move and answer offers, riders request trips as a
 * Poisson process. Open loop: a slow system does not slow the demand, and latency counts from the
 * moment a trip was wanted. Resolves when the drivers are online.
 */
export async function startCity(options: CityOptions): Promise<City> {
  const { url, rate, habits = habitsAt(defaultTimeScale), pings = 'single' } = options;
  const rateAt: RateAt = typeof rate === 'number' ? () => rate : rate;
  const random = createRandom(options.seed);
  const tally = new Tally(options.onTrip);
  const onRetry = () => {
    tally.retries += 1;
  };
  const api = createApi(url, {
    onRetry,
    ...(options.onAccepted && { onAccepted: options.onAccepted }),
  });
  const clock = createClock();
  const pinger = createPinger(api, clock, habits.pingEveryMs, pings);
  const surroundings: Surroundings = { api, habits, tally, clock, pinger };

  const drivers: Driver[] = [];
  const employ = async (count: number) => {
    const first = drivers.length + 1;
    const some = Array.from({ length: count }, () => new Driver(surroundings, random.fork()));
    drivers.push(...some);
    await inTurn(some, (driver, i) => driver.start(`Driver ${first + i}`));
  };
  await employ(options.drivers);

  const riders: Rider[] = [];
  const free: Rider[] = [];
  const welcome = async (): Promise<Rider> => {
    const rider = new Rider(surroundings, random.fork());
    riders.push(rider);
    await rider.start(`Rider ${riders.length}`);
    return rider;
  };
  // Registering is not part of what is measured: riders are there before they are needed.
  const reserve = async (count: number) => {
    await inTurn(Array(count).fill(0), async () => void free.push(await welcome()));
  };
  await reserve(Math.ceil(rateAt(0) * RESERVE));

  let closing = false;
  let replenishing = false;
  const underWay = new Set<Promise<void>>();
  const takeTrip = async (wantedAt: number) => {
    tally.wanted();
    const rider = free.shift() ?? (await welcome());
    await rider.takeTrip(wantedAt);
    free.push(rider);
  };
  const replenish = (perSecond: number) => {
    if (replenishing || free.length >= perSecond * LOW) return;
    replenishing = true;
    void reserve(Math.ceil(perSecond))
      .catch(onRetry)
      .finally(() => {
        replenishing = false;
      });
  };
  tally.begin();
  const began = Date.now();
  const arrivals = createArrivals(rateAt, random.fork());
  const demand = () => {
    const { at, arrives } = arrivals.next();
    clock.at(began + at, () => {
      if (closing) return;
      demand();
      replenish(rateAt(at));
      if (!arrives) return;
      const trip = takeTrip(began + at).catch((error: unknown) => {
        if (!clock.stopped)
          tally.violation(`a trip could not be taken: ${(error as Error).message}`);
      });
      underWay.add(trip);
      void trip.then(() => underWay.delete(trip));
    });
  };
  demand();

  const finish = async (milliseconds: number) => {
    closing = true;
    const { completedTripsPerSecond } = tally.report();
    await Promise.race([Promise.all(underWay), sleep(milliseconds, undefined, { ref: false })]);
    // Money follows the end of a trip by a few milliseconds: what is wrong is looked at again.
    if (tally.report().trips.open === 0)
      await inTurn(riders, (rider) => rider.checkAccount(SETTLE_WITHIN));
    const report = { ...tally.report(), completedTripsPerSecond };
    const away = inTurn(drivers, (driver) => driver.goOffline()).catch(() => {});
    await Promise.race([away, sleep(OFFLINE_WITHIN, undefined, { ref: false })]);
    clock.stop();
    api.close();
    return report;
  };

  return {
    report: () => tally.report(),
    measure: () => tally.begin(),
    get pings() {
      return pinger.sent;
    },
    get drivers() {
      return drivers.length;
    },
    get riders() {
      return riders.length;
    },
    late: clock.late,
    employ,
    finish,
    async breakOff(milliseconds) {
      closing = true;
      void Promise.allSettled(riders.map((rider) => rider.cancel()));
      return finish(milliseconds);
    },
  };
}

/** Does something for each, for a few of them at a time. */
async function inTurn<T>(all: readonly T[], run: (one: T, i: number) => Promise<void>) {
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) await run(all[i] as T, i);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}
