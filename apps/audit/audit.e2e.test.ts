import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { testBackends } from '../../platform/testing/backends.ts';
import { startCity } from '../simulator/city.ts';
import { type System, startSystem } from '../start/system.ts';
import { auditSystem } from './audit-system.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hail-audit-'));
let system: System;
/** Other tests have left trips open in the same logs. */
const since = Date.now();

beforeAll(async () => {
  system = await startSystem({ backends: testBackends(), dataDir, port: 'free' });
});

afterAll(async () => {
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('finds a living city in order, and a document that was tampered with', async () => {
  const backends = testBackends();
  const city = await startCity({ url: system.url, rate: 4, drivers: 20, seed: 3 });
  const under = await auditSystem(backends, { quiet: false });
  expect(under.violations).toEqual([]);
  const report = await city.breakOff(30_000);
  expect(report.trips.open).toBe(0);
  const rested = await auditSystem(backends, { quiet: true, since });
  expect(rested.violations).toEqual([]);
  expect(rested.figures.counts['trips requested']).toBeGreaterThanOrEqual(report.trips.requested);
  expect(rested.figures.counts['documents compared']).toBeGreaterThan(20);

  const redis = connectRedis(backends.redisUrl, 'tamper');
  const [key, driverId, text] = await someDriver(redis);
  await redis.hset(key, driverId, text.replace('"name":"', '"name":"not '));
  const tampered = await auditSystem(backends, { quiet: true, since });
  await redis.hset(key, driverId, text);
  redis.disconnect();
  expect(tampered.violations).toMatchObject([
    { kind: 'read model', text: expect.stringContaining(`driver ${driverId}, name: "not `) },
  ]);
});

/** The document of a driver, wherever there is one. */
async function someDriver(redis: Redis): Promise<readonly [key: string, id: string, text: string]> {
  for (const key of [0, 1, 2, 3].map((partition) => `{driver:${partition}}:documents`)) {
    const [id, text] = (await redis.hrandfield(key, 1, 'WITHVALUES')) as string[];
    if (id !== undefined && text !== undefined) return [key, id, text];
  }
  throw new Error('there are no drivers');
}
