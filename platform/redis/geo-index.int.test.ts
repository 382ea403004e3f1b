import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { shardStart } from '../log/position.ts';
import { testBackends } from '../testing/backends.ts';
import { connectRedis } from './connect.ts';
import { createGeoIndex, type Placement } from './geo-index.ts';
import { createSnapshotStore } from './snapshot-store.ts';

const redis = connectRedis(testBackends().redisUrl, 'geo-test');
afterAll(() => redis.disconnect());

const now = 1_000_000;
const centre = { latitude: 52.5, longitude: 13.4 };

/** So many drivers on a spiral about the centre, the n-th about n × 20 m away; every `nth` is free. */
async function city(drivers: number, nth: number) {
  const kind = `geo-${randomUUID()}`;
  const partitions = 2;
  const index = createGeoIndex(redis, {
    ...{ kind, set: 'free', partitions, freshFor: 30_000, now: () => now },
  });
  const placements = Array.from({ length: drivers }, (_, n): Placement => {
    const [north, east] = [Math.cos(n) * n * 20, Math.sin(n) * n * 20];
    return {
      id: `d${n}`,
      latitude: centre.latitude + north / 111_195,
      longitude: centre.longitude + east / 111_195 / Math.cos((centre.latitude * Math.PI) / 180),
      recordedAt: n === 2 * nth ? now - 30_001 : now,
    };
  });
  for (let partition = 0; partition < partitions; partition += 1) {
    const own = placements.filter((_, n) => n % partitions === partition);
    await index.place(partition, own);
    const free = own.filter(({ id }) => Number(id.slice(1)) % nth === 0);
    const changes = free.map(({ id }) => ({
      ...{ id, version: 0, state: {}, joins: ['free'], leaves: [] },
    }));
    const store = createSnapshotStore(redis, kind, partition);
    await store.apply(undefined, { ...shardStart, offset: 1 }, changes, true);
  }
  return index;
}

// Of 1,000 every fifth is 200 free ones: they are searched for. Of 60 they are few: each is measured.
it.each([60, 1_000])('finds the nearest of those who are free, of %i', async (drivers) => {
  const index = await city(drivers, 5);
  const far = { ...centre, radiusMetres: 2_000, limit: 3, except: [] };
  const [all, some, none] = await index.nearest([
    far,
    { ...far, radiusMetres: 310, limit: 9, except: ['d0', 'd5'] },
    { ...far, longitude: 14.9 },
  ]);
  // The third of them, d10, has not been heard of for too long.
  expect(all?.map(({ id }) => id)).toEqual(['d0', 'd5', 'd15']);
  expect(some?.map(({ id }) => id)).toEqual(['d15']);
  expect(none).toEqual([]);
  for (const { id, distanceMetres } of all ?? []) {
    expect(Math.abs(distanceMetres - Number(id.slice(1)) * 20)).toBeLessThan(1.5);
  }
});

it('answers nobody when nobody is free, and nothing to no question', async () => {
  const index = await city(0, 1);
  const question = { ...centre, radiusMetres: 9_000, limit: 3, except: [] };
  expect(await index.nearest([question])).toEqual([[]]);
  expect(await index.nearest([])).toEqual([]);
});
