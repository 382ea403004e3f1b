import { connectRedis, type Redis } from '../platform/redis/connect.ts';
import { createGeoIndex, geoKeys } from '../platform/redis/geo-index.ts';
import { shardKeys } from '../platform/redis/snapshot-store.ts';
import type { Bench, Row } from './harness/bench.ts';
import { inTurn } from './harness/in-turn.ts';
import { createLatencies } from './harness/latencies.ts';

const PARTITIONS = 4;
const SET = 'available';
/** The same for every run: a city of some 20 km, in which the drivers are spread evenly. */
const CENTRE = { latitude: 52.52, longitude: 13.405 };
const QUESTION = { radiusMetres: 3_000, limit: 3, except: [] };
const AT_ONCE = 1_000;

export const nearest: Bench = {
  name: 'nearest',
  about: `finds the ${QUESTION.limit} nearest available drivers within ${QUESTION.radiusMetres / 1_000} km, one search at a time`,
  servers: 'shared',
  async run({ backends, quick, rounds, onEnd }) {
    const redis = connectRedis(backends.redisUrl, 'bench');
    onEnd(() => redis.disconnect());
    const rows: Row[] = [];
    for (const drivers of quick ? [1_000] : [1_000, 10_000, 100_000]) {
      rows.push(...(await search(redis, drivers, quick ? 50 : 3_000, rounds)));
    }
    return rows;
  },
};

async function search(redis: Redis, drivers: number, searches: number, rounds: number) {
  const kind = `bench-drivers-${drivers}`;
  const options = { kind, set: SET, partitions: PARTITIONS, freshFor: 3_600_000, now: Date.now };
  const index = createGeoIndex(redis, options);
  const everyone = `${kind}:everyone`;
  const recordedAt = Date.now();
  const placements = Array.from({ length: drivers }, (_, i) => {
    return { id: `driver-${i}`, ...somewhere(i), recordedAt };
  });
  for (let i = 0; i < drivers; i += AT_ONCE) {
    const some = placements.slice(i, i + AT_ONCE);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const own = some.filter((_, n) => n % PARTITIONS === partition);
      await index.place(partition, own);
      await redis.sadd(shardKeys(kind, partition).set(SET), ...own.map(({ id }) => id));
    }
    const flat = some.flatMap(({ id, longitude, latitude }) => [longitude, latitude, id]);
    await redis.geoadd(everyone, ...flat);
  }

  /** Median milliseconds of a search. */
  const median = async (run: (near: typeof CENTRE) => Promise<unknown>) => {
    const latencies = createLatencies();
    for (let i = 0; i < searches; i += 1) {
      const began = performance.now();
      await run(somewhere(i * 7 + 3));
      latencies.add(performance.now() - began);
    }
    return latencies.at(50);
  };
  const { radiusMetres, limit } = QUESTION;
  const measured = await inTurn(rounds, {
    index: () => median((near) => index.nearest([{ ...near, ...QUESTION }])),
    raw: () =>
      median(({ longitude, latitude }) => {
        const circle = ['BYRADIUS', radiusMetres, 'm', 'ASC', 'COUNT', limit, 'WITHDIST'];
        return redis.call('GEOSEARCH', everyone, 'FROMLONLAT', longitude, latitude, ...circle);
      }),
  });
  const keys = Array.from({ length: PARTITIONS }, (_, p) => [
    ...Object.values(geoKeys(kind, p)),
    shardKeys(kind, p).set(SET),
  ]).flat();
  await redis.del(everyone, ...keys);
  const what = `p50, ${drivers.toLocaleString('en')} drivers`;
  const against = { what: 'one GEOSEARCH', values: measured.raw };
  return [{ what, unit: 'ms', values: measured.index, against }];
}

/** Spreads numbers evenly over the city (an additive sequence in two dimensions). */
function somewhere(i: number): typeof CENTRE {
  const fraction = (step: number) => ((i + 1) * step) % 1;
  return {
    latitude: CENTRE.latitude + (fraction(0.754877666) - 0.5) * 0.18,
    longitude: CENTRE.longitude + (fraction(0.569840291) - 0.5) * 0.3,
  };
}
