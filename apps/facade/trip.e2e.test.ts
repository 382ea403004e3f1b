import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBackends } from '../../platform/testing/backends.ts';
import { type System, startSystem } from '../start/system.ts';
import { Client, here, there } from './client.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hail-e2e-'));
let system: System;
let client: Client;

beforeAll(async () => {
  system = await startSystem({ backends: testBackends(), dataDir, port: 'free' });
  client = new Client(system.url);
});

afterAll(async () => {
  client?.api.close();
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A trip on its way, with its driver, up to a stage. */
async function tripIn(stage: 'searching' | 'assigned' | 'arrived' | 'in-progress') {
  const riderId = await client.rider();
  const driverId = stage === 'searching' ? undefined : await client.driver();
  const tripId = await client.requestTrip(riderId);
  if (driverId === undefined) {
    await client.trip(tripId, 'searching');
    return { riderId, tripId, driverId: '' };
  }
  await client.accept(driverId, tripId);
  await client.trip(tripId, 'assigned');
  if (stage !== 'assigned') {
    await client.step(tripId, 'arrival', driverId);
    await client.trip(tripId, 'arrived');
  }
  if (stage === 'in-progress') {
    await client.step(tripId, 'start', driverId);
    await client.trip(tripId, 'in-progress');
  }
  return { riderId, tripId, driverId };
}

const account = (riderId: string) =>
  client
    .until(`/riders/${riderId}`, ({ account }) => account?.held === 0)
    .then((view) => view['account']);

describe('a trip', () => {
  it('runs from the request to the receipt, and both sides hear of it', async () => {
    const riderId = await client.rider(10_000);
    const driverId = await client.driver();
    const riderNews = client.newsUntil(`riders/${riderId}`, 'FareCaptured');
    const driverNews = client.newsUntil(`drivers/${driverId}`, 'DriverReleased');
    const tripId = await client.requestTrip(riderId);
    // Right after the 202 it is there.
    expect(await client.api.get(`/trips/${tripId}`)).toMatchObject({
      tripId,
      riderId,
      pickup: here,
      dropoff: there,
    });
    await client.accept(driverId, tripId);
    expect(await client.trip(tripId, 'assigned')).toMatchObject({ driverId, attempt: 1 });
    await client.step(tripId, 'arrival', driverId);
    await client.trip(tripId, 'arrived');
    await client.step(tripId, 'start', driverId);
    await client.trip(tripId, 'in-progress');
    await client.until(`/drivers/${driverId}`, ({ status }) => status === 'on-trip');
    await client.step(tripId, 'completion', driverId);
    const done = await client.trip(tripId, 'completed');
    expect(done['fare']).toEqual(done['quote']);
    const fare = done['fare'].amountMinor;
    const types = (news: readonly { type: string }[]) => news.map(({ type }) => type);
    expect(
      types(await riderNews).filter((type) => type.startsWith('Trip') || type.startsWith('Driver')),
    ).toEqual([
      'TripRequested',
      'DriverSearchStarted',
      'TripAssigned',
      'DriverArrived',
      'TripStarted',
      'TripCompleted',
    ]);
    expect(types(await driverNews)).toEqual(
      expect.arrayContaining(['OfferMade', 'TripAssigned', 'DriverReleased']),
    );
    expect(await account(riderId)).toEqual({
      currency: 'EUR',
      deposited: 10_000,
      available: 10_000 - fare,
      held: 0,
      captured: fare,
    });
    await client.api.send(`/trips/${tripId}/rating`, { by: 'rider', actorId: riderId, stars: 5 });
    await client.until(`/trips/${tripId}`, ({ ratings }) => ratings.rider?.stars === 5);
    await client.goOffline(driverId);
  });

  it('is answered with what came of it when the request asks to wait', async () => {
    const post = async (path: string, body: object) => {
      const response = await fetch(system.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=30' },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    };
    const deposit = { amountMinor: 10_000, currency: 'EUR' };
    const rider = await post('/riders', { name: 'Ada', currency: 'EUR', deposit });
    expect(rider).toMatchObject({ status: 201, body: { account: { deposited: 10_000 } } });
    const driver = await post('/drivers', { name: 'Bob', vehicle: 'Hail One' });
    expect(driver).toMatchObject({ status: 201, body: { status: 'offline' } });

    const { riderId } = rider.body as { riderId: string };
    const trip = await post('/trips', { riderId, pickup: here, dropoff: there });
    expect(trip).toMatchObject({ status: 201, body: { riderId, status: 'searching' } });
    const { tripId } = trip.body as { tripId: string };
    expect(trip.headers.get('location')).toBe(`/trips/${tripId}`);
    expect(trip.headers.get('etag')).toMatch(/^"\d+"$/);
    expect(await post('/trips', { riderId, pickup: here, dropoff: there })).toMatchObject({
      status: 201,
      body: { status: 'refused', reason: 'active-trip' },
    });
    await client.api.send(`/trips/${tripId}/cancellation`, { by: 'rider', actorId: riderId });
  });

  it('can be cancelled while it waits for the rider’s verification', async () => {
    const riderId = await client.rider();
    const pid = system.supervised.rider.pid as number;
    process.kill(pid, 'SIGSTOP');
    let tripId: string;
    try {
      tripId = await client.requestTrip(riderId);
      await client.trip(tripId, 'requested');
      await client.api.send(`/trips/${tripId}/cancellation`, { by: 'rider', actorId: riderId });
      expect(await client.trip(tripId, 'cancelled')).toMatchObject({ cancelledWhile: 'requested' });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    // The hold that was asked for before is released after.
    const next = await client.requestTrip(riderId);
    await client.trip(next, 'searching');
    await client.api.send(`/trips/${next}/cancellation`, { by: 'rider', actorId: riderId });
    expect(await account(riderId)).toMatchObject({ available: 10_000, captured: 0 });
  });

  it.each(['searching', 'assigned', 'arrived', 'in-progress'] as const)(
    'can be cancelled by the rider while it is %s',
    async (stage) => {
      const { riderId, tripId, driverId } = await tripIn(stage);
      await client.api.send(`/trips/${tripId}/cancellation`, { by: 'rider', actorId: riderId });
      const trip = await client.trip(tripId, 'cancelled');
      const fee = stage === 'in-progress' ? trip['quote'].amountMinor : 0;
      expect(trip).toMatchObject({
        cancelledBy: 'rider',
        cancelledWhile: stage,
        fee: { amountMinor: fee, currency: 'EUR' },
      });
      expect(await account(riderId)).toMatchObject({ available: 10_000 - fee, captured: fee });
      if (driverId === '') return;
      await client.until(`/drivers/${driverId}`, ({ status }) => status === 'available');
      await client.goOffline(driverId);
    },
  );

  it('looks for another driver when its own gives up', async () => {
    const { riderId, tripId, driverId } = await tripIn('arrived');
    const second = await client.driver();
    await client.api.send(`/trips/${tripId}/cancellation`, { by: 'driver', actorId: driverId });
    await client.accept(second, tripId);
    expect(
      await client.until(`/trips/${tripId}`, (trip) => trip['driverId'] === second),
    ).toMatchObject({
      status: 'assigned',
      attempt: 2,
    });
    await client.api.send(`/trips/${tripId}/cancellation`, { by: 'operator', actorId: 'desk' });
    await client.trip(tripId, 'cancelled');
    expect(await account(riderId)).toMatchObject({ captured: 0 });
    await client.goOffline(driverId);
    await client.until(`/drivers/${second}`, ({ status }) => status === 'available');
    await client.goOffline(second);
  });

  it('ends unfulfilled when no driver is anywhere near, and costs nothing', async () => {
    const riderId = await client.rider();
    const tripId = await client.requestTrip(riderId);
    await client.trip(tripId, 'unfulfilled');
    expect(await account(riderId)).toMatchObject({ available: 10_000, captured: 0 });
  });

  it('is refused when the rider cannot pay, and when it is too short', async () => {
    const poor = await client.rider(1);
    const tripId = await client.requestTrip(poor);
    expect(await client.trip(tripId, 'refused')).toMatchObject({ reason: 'insufficient-funds' });
    const body = { riderId: poor, pickup: here, dropoff: here };
    const short = await client.api.send<{ tripId: string }>('/trips', body);
    expect(await client.trip(short.tripId, 'refused')).toMatchObject({ reason: 'too-short' });
  });
});

describe('the README', () => {
  it('has a trip that goes as it says', async () => {
    const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
    const [, story = ''] = readme.split('## A trip, step by step');
    const blocks = [...(story.split('\n## ')[0] ?? '').matchAll(/```sh\n(.*?)```/gs)];
    const script = blocks.map(([, block]) => block).join('echo\n');
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: { ...process.env, API: system.url },
    });
    expect(stdout).toContain('"status":"available"');
    expect(stdout).toContain('"status":"assigned"');
    expect(stdout).toContain('"status":"completed"');
    expect(stdout).toContain(/"account":\{.*?\}/.exec(story)?.[0]);
    expect(stdout).toContain(/"fare":\{.*?\}/.exec(story)?.[0]);
    const told = [...stdout.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    const printed = [...story.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(told).toEqual(printed);
    const driverId = /"driverId":"([^"]+)"/.exec(stdout)?.[1] as string;
    await client.goOffline(driverId);
  });
});

describe('the facade', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(system.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  it.each([
    [
      'a body that is too large',
      '/trips',
      JSON.stringify({ riderId: 'x'.repeat(70_000) }),
      413,
      undefined,
    ],
    ['a body that is no JSON', '/trips', '{"riderId":', 400, undefined],
    [
      'a field that is wrong',
      '/trips',
      JSON.stringify({ riderId: 'r', pickup: { latitude: 91, longitude: 0 }, dropoff: there }),
      422,
      '/pickup/latitude',
    ],
    ['a trip that nobody asked for', '/trips/nothing/arrival', '{"driverId":"d"}', 404, undefined],
  ])('refuses %s', async (_, path, body, status, field) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as { errors?: { field: string }[] };
    if (field !== undefined) expect(JSON.stringify(problem)).toContain(field);
  });

  it('returns the same trip for the same Idempotency-Key', async () => {
    const riderId = await client.rider();
    const body = JSON.stringify({ riderId, pickup: here, dropoff: there });
    const request = async (text = body) => {
      const response = await post('/trips', text, { 'idempotency-key': `key-${riderId}` });
      const { tripId } = (await response.json()) as { tripId?: string };
      return { status: response.status, tripId };
    };
    const [first, second] = [await request(), await request()];
    expect(first).toMatchObject({ status: 202, tripId: expect.any(String) });
    expect(second).toEqual(first);
    const other = JSON.stringify({ riderId, pickup: there, dropoff: here });
    expect(await request(other)).toMatchObject({ status: 422 });
    await client.api.send(`/trips/${first.tripId}/cancellation`, { by: 'rider', actorId: riderId });
    await client.trip(first.tripId as string, 'cancelled');
    const late = await post(`/trips/${first.tripId}/start`, '{"driverId":"d"}');
    expect(late.status).toBe(409);
  });

  it('describes itself', async () => {
    const api = (await (await fetch(`${system.url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining([
        '/trips',
        '/trips/{tripId}',
        '/events',
        '/locations',
        '/riders/{riderId}/events',
        '/offers/{offerId}/acceptance',
      ]),
    );
    expect((await fetch(`${system.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${system.url}/metrics`)).text()).toContain(
      'hail_http_request_duration_seconds',
    );
  });
});
