import { afterAll, beforeAll, expect, it } from 'vitest';
import { logStart, shardStart } from '../../platform/log/position.ts';
import { createAccepted } from '../../platform/redis/accepted.ts';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { createFeed } from '../../platform/redis/feed.ts';
import { createGeoIndex } from '../../platform/redis/geo-index.ts';
import { createLogPositions } from '../../platform/redis/log-positions.ts';
import { createSnapshotStore } from '../../platform/redis/snapshot-store.ts';
import { testBackends } from '../../platform/testing/backends.ts';
import { AVAILABLE } from '../../services/driver/driver/aggregate.ts';
import { readModels, shownPartition } from './read-models.ts';
import { aggregates } from './traffic.ts';

const keys = readModels().flatMap((model) => model.keys.filter(({ type }) => type !== 'channel'));

let redis: Redis;
beforeAll(() => {
  redis = connectRedis(testBackends().redisUrl, 'read-models-test');
});
afterAll(async () => {
  await redis?.del(...keys.map(({ key }) => key));
  redis?.disconnect();
});

it('are the keys that Redis holds once everything has been folded, and of those types', async () => {
  await redis.del(...keys.map(({ key }) => key));
  for (const { kind, decider, view } of aggregates) {
    const change = {
      id: 'a',
      version: 0,
      state: {},
      joins: view ? [AVAILABLE] : [],
      leaves: [],
      ...(decider.deadline && { deadline: 1 }),
    };
    const next = { ...shardStart, offset: 1 };
    await createSnapshotStore(redis, kind, shownPartition).apply(undefined, next, [change], true);
  }
  const geo = {
    kind: 'driver',
    set: AVAILABLE,
    partitions: shownPartition + 1,
    freshFor: 1,
    now: () => 1,
  };
  const placement = { id: 'a', latitude: 52.5, longitude: 13.4, recordedAt: 1 };
  await createGeoIndex(redis, geo).place(shownPartition, [placement]);
  const origin = { topic: 'trip.events', partition: shownPartition, offset: 0, index: 0 };
  const entry = { origin, type: 'TripRequested', data: {} };
  await createFeed(redis).append(new Map([['rider:<id>', [entry]]]));
  await createLogPositions(redis, 'notification').store('trip.events', shownPartition, logStart);
  await createAccepted(redis).remember('<id>', {});

  const found = await Promise.all(keys.map(async ({ key }) => [key, await redis.type(key)]));
  const described = keys.map(({ key, type }) => [key, type === 'geo' ? 'zset' : type]);
  expect(found).toEqual(described);
});
