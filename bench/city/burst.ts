import { setTimeout as sleep } from 'node:timers/promises';
import { openConnections } from '../../apps/simulator/connections.ts';
import { partitionCount } from '../../platform/kafka/admin.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { connectRedis } from '../../platform/redis/connect.ts';
import { createReadModel } from '../../platform/redis/read-model.ts';
import { topics } from '../../schemas/topics.ts';
import { isEnded, type TripState } from '../../services/trip/trip.ts';
import type { Bench, Context } from '../harness/bench.ts';
import { createLatencies } from '../harness/latencies.ts';
import { openLoop } from '../harness/open-loop.ts';
import { createRiders } from '../request-reply/riders.ts';
import { startHail } from './hail-system.ts';

/** So many are wanted per second; a tenth more than that is offered. */
const WANTED = 3_000;
const CONNECTIONS = 1_000;
const ENDED_WITHIN = 180_000;
/** Read models are looked at so many at a time. */
const AT_ONCE = 1_000;
const LOOK_EVERY = 200;
const ride = {
  pickup: { latitude: 52.52, longitude: 13.405 },
  dropoff: { latitude: 52.526, longitude: 13.41 },
};

export const burst: Bench = {
  name: 'burst',
  about:
    'trips accepted per second in a burst, onto a system at rest, each of another rider, and how long until all of them have ended; no driver is about',
  servers: 'empty',
  async run(context) {
    const { rate, seconds } = context.quick
      ? { rate: 20, seconds: 1 }
      : { rate: 1.1 * WANTED, seconds: 10 };
    const { url } = await startHail(context);
    const riders = await createRiders(context);
    const trips = await tripsOf(context);
    const client = openConnections(url, CONNECTIONS);
    context.onEnd(() => client.close());
    const accepted: number[] = [];
    const p50: number[] = [];
    const ended: number[] = [];
    for (let round = 0; round < context.rounds; round += 1) {
      await riders.prepare(Math.ceil(rate * seconds) + 1);
      const latencies = createLatencies();
      const ids: string[] = [];
      const all: Promise<void>[] = [];
      const began = performance.now();
      let inTime = 0;
      await openLoop({ rate, seconds }, (due) => {
        for (const at of due) {
          const body = JSON.stringify({ riderId: riders.take(), ...ride });
          const headers = { 'content-type': 'application/json' };
          const posted = client.request('POST', '/trips', headers, body);
          all.push(
            posted.then(({ status, text }) => {
              if (status !== 202) throw new Error(`POST /trips was answered ${status}: ${text}`);
              const now = performance.now();
              if (now - began <= seconds * 1_000) inTime += 1;
              latencies.add(now - at);
              ids.push(JSON.parse(text).tripId);
            }),
          );
        }
      });
      await Promise.all(all);
      await untilEnded(ids, trips);
      accepted.push(inTime / seconds);
      p50.push(latencies.at(50));
      ended.push((performance.now() - began) / 1_000 - seconds);
    }
    const floor = { atLeast: WANTED };
    return [
      { what: 'accepted during the burst', unit: '/s', values: accepted, floor },
      { what: 'p50 of an answer', unit: 'ms', values: p50 },
      { what: 'from the end of the burst until all had ended', unit: 's', values: ended },
    ];
  },
};

type Trips = Pick<ReturnType<typeof createReadModel<TripState>>, 'find'>;

async function tripsOf({ backends, onEnd }: Context): Promise<Trips> {
  const partitions = await partitionCount(backends.kafkaBrokers, topics.tripEvents.name);
  const redis = connectRedis(backends.redisUrl, 'bench-trips', () => {}, { gather: true });
  const model = createReadModel<TripState>(redis, 'trip', (id) => partitionOf(id, partitions));
  onEnd(() => {
    model.close();
    redis.disconnect();
  });
  return model;
}

/** @throws when some have not ended after three minutes */
async function untilEnded(ids: readonly string[], trips: Trips): Promise<void> {
  const until = performance.now() + ENDED_WITHIN;
  for (let i = 0; i < ids.length; ) {
    const found = await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => trips.find(id)));
    if (found.every((trip) => trip !== undefined && isEnded(trip.state))) i += AT_ONCE;
    else if (performance.now() > until)
      throw new Error(`of trips ${i} to ${i + AT_ONCE} some have not ended`);
    else await sleep(LOOK_EVERY);
  }
}
