import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from './api.ts';
import { Driver } from './driver.ts';
import { defaultHabits, type Habits } from './habits.ts';
import { createRandom } from './random.ts';
import { Rider } from './rider.ts';
import { type Report, Tally, type TripChange } from './tally.ts';

export interface CityOptions {
  /** The facade, as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Trips requested per second, on average. */
  readonly rate: number;
  readonly drivers: number;
  readonly seed: number;
  readonly habits?: Habits;
  /** Told of everything that becomes of a trip, as it is heard of. */
  readonly onTrip?: (change: TripChange) => void;
}

export interface City {
  report(): Report;
  /** No more trips are requested; resolves when those under way have ended, or after `milliseconds`. */
  finish(milliseconds: number): Promise<Report>;
  /** Like `finish`, but riders cancel the trips that are under way. */
  breakOff(milliseconds: number): Promise<Report>;
}

const SETTLE_WITHIN = 10_000;
const AT_ONCE = 20;

/**
 * Lets a city live on the public API: drivers move and answer offers, riders request trips as a
 * Poisson process. Open loop: a slow system does not slow the demand, and latency counts from the
 * moment a trip was wanted. Resolves when the drivers are online.
 */
export async function startCity(options: CityOptions): Promise<City> {
  const { url, rate, habits = defaultHabits } = options;
  const random = createRandom(options.seed);
  const tally = new Tally(options.onTrip);
  const api = createApi(url, () => {
    tally.retries += 1;
  });
  const end = new AbortController();
  const drivers = Array.from(
    { length: options.drivers },
    () => new Driver(api, random.fork(), habits, tally, end.signal),
  );
  for (let i = 0; i < drivers.length; i += AT_ONCE) {
    const some = drivers.slice(i, i + AT_ONCE);
    await Promise.all(some.map((driver, j) => driver.start(`Driver ${i + j + 1}`)));
  }

  const riders: Rider[] = [];
  const free: Rider[] = [];
  const underWay = new Set<Promise<void>>();
  const takeTrip = async (wantedAt: number) => {
    tally.wanted();
    let rider = free.shift();
    if (rider === undefined) {
      rider = new Rider(api, random.fork(), habits, tally);
      riders.push(rider);
      await rider.start(`Rider ${riders.length}`);
    }
    await rider.takeTrip(wantedAt);
    free.push(rider);
  };
  // Registering is not part of what is measured.
  const reserve = Array.from({ length: Math.ceil(rate * 12) }, () => {
    const rider = new Rider(api, random.fork(), habits, tally);
    riders.push(rider);
    return rider;
  });
  for (let i = 0; i < reserve.length; i += AT_ONCE) {
    const some = reserve.slice(i, i + AT_ONCE);
    await Promise.all(some.map((rider, j) => rider.start(`Rider ${i + j + 1}`)));
    free.push(...some);
  }

  const closing = new AbortController();
  const demand = (async () => {
    const chance = random.fork();
    let next = Date.now();
    while (rate > 0) {
      next += chance.exponential(1_000 / rate);
      await sleep(Math.max(0, next - Date.now()), undefined, { signal: closing.signal }).catch(
        () => {},
      );
      if (closing.signal.aborted) return;
      const trip = takeTrip(next).catch((error: unknown) => {
        if (!end.signal.aborted)
          tally.violation(`a trip could not be taken: ${(error as Error).message}`);
      });
      underWay.add(trip);
      void trip.then(() => underWay.delete(trip));
    }
  })();
  tally.begin();

  const finish = async (milliseconds: number) => {
    closing.abort();
    await demand;
    const { completedTripsPerSecond } = tally.report();
    await Promise.race([Promise.all(underWay), sleep(milliseconds, undefined, { ref: false })]);
    if (tally.report().trips.open === 0) await checkAccounts(riders);
    const report = { ...tally.report(), completedTripsPerSecond };
    await Promise.race([
      Promise.allSettled(drivers.map((driver) => driver.goOffline())),
      sleep(2_000, undefined, { ref: false }),
    ]);
    end.abort();
    api.close();
    return report;
  };

  return {
    report: () => tally.report(),
    finish,
    async breakOff(milliseconds) {
      closing.abort();
      await demand;
      void Promise.allSettled(riders.map((rider) => rider.cancel()));
      return finish(milliseconds);
    },
  };
}

/** Money follows the end of a trip by a few milliseconds: what is wrong is looked at again, for a while. */
async function checkAccounts(riders: readonly Rider[]): Promise<void> {
  for (const rider of riders) await rider.checkAccount(SETTLE_WITHIN);
}
