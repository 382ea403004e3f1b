import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBackends } from '../../platform/testing/backends.ts';
import { Client } from '../facade/client.ts';
import { type System, startSystem } from '../start/system.ts';

const backends = testBackends();
const dataDir = mkdtempSync(join(tmpdir(), 'hail-console-'));
const bin = join(import.meta.dirname, 'hail.mjs');
let system: System;
let client: Client;
let riderId: string;
let tripId: string;

/** Starts the command line on the test's servers. */
function start(...args: string[]) {
  return spawn(bin, args, {
    env: {
      ...process.env,
      KAFKA_BROKERS: backends.kafkaBrokers.join(','),
      SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
      REDIS_URL: backends.redisUrl,
    },
  });
}

async function hail(...args: string[]) {
  const child = start(...args);
  child.stdin.end();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

async function json(...args: string[]) {
  const { stdout, stderr, code } = await hail(...args, '--json');
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return JSON.parse(stdout);
}

/** A trip from its request to its receipt. */
beforeAll(async () => {
  system = await startSystem({ backends, dataDir, port: 'free' });
  client = new Client(system.url);
  riderId = await client.rider();
  const driverId = await client.driver();
  tripId = await client.requestTrip(riderId);
  await client.accept(driverId, tripId);
  await client.trip(tripId, 'assigned');
  for (const [step, status] of [
    ['arrival', 'arrived'],
    ['start', 'in-progress'],
    ['completion', 'completed'],
  ] as const) {
    await client.step(tripId, step, driverId);
    await client.trip(tripId, status);
  }
  await client.until(`/riders/${riderId}`, ({ account }) => account?.captured > 0);
  await client.until(`/drivers/${driverId}`, ({ status }) => status === 'available');
});

afterAll(async () => {
  client?.api.close();
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('hail', () => {
  it('tells the whole story of a trip, every record but the first of a cause', async () => {
    const story = await json('trip', tripId, '--mermaid');
    expect(story).toMatchObject({ tripId, riderId, last: 'TripCompleted', ended: true });
    const told: string[] = story.steps.map(
      (step: { from: string; to: string[]; record: { type: string } }) =>
        `${step.from} ${step.record.type}${step.to.map((name) => ` > ${name}`).join('')}`,
    );
    const inOrder = [
      'facade RequestTrip > trip',
      'trip TripRequested',
      'trip VerifyRider > rider',
      'rider RiderVerified',
      'rider RiderVerification > trip',
      'trip DriverSearchStarted > dispatch',
      'dispatch OfferRoundOpened',
      'dispatch OfferTrip > driver',
      'driver OfferMade',
      'facade AcceptOffer > driver',
      'driver OfferAccepted',
      'driver OfferAnswer > dispatch',
      'dispatch DriverMatched > trip',
      'trip TripAssigned',
      'facade CompleteTrip > trip',
      'trip TripCompleted',
    ];
    expect(told.filter((line) => inOrder.includes(line))).toEqual(inOrder);
    expect(told).toEqual(
      expect.arrayContaining([
        'trip CaptureFare > rider',
        'rider FareCaptured',
        'trip ReleaseDriver > driver',
        'driver DriverReleased',
      ]),
    );
    for (const { from, cause, msSinceStart } of story.steps) {
      expect(msSinceStart).toBeGreaterThanOrEqual(0);
      expect(cause === undefined).toBe(from === 'facade');
    }
    expect(story.mermaid).toMatch(/^sequenceDiagram\n/);
    const table = await hail('trip', tripId);
    expect(table.stdout).toContain('request/async response');
  });

  it('tails decoded records, filtered', async () => {
    const all = await hail('tail', 'trip.events', '--from', 'beginning', '--key', tripId, '--json');
    const records = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type }) => type)).toEqual([
      'TripRequested',
      'DriverSearchStarted',
      'TripAssigned',
      'DriverArrived',
      'TripStarted',
      'TripCompleted',
    ]);
    const where = `key == "${tripId}" && data.fare.amountMinor > 0`;
    const paid = await json('tail', 'trip.events', '--from', 'beginning', '--where', where);
    expect(paid).toMatchObject({ type: 'TripCompleted', what: 'event', data: { riderId } });
  });

  it('follows until so many have come', async () => {
    const child = start('tail', 'rider.events', '-f', '--last', '1', '-n', '2');
    const lines = text(child.stdout);
    const ended = new Promise((resolve) => child.once('close', resolve));
    // What is shown first says that it is listening.
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await client.rider();
    expect(await ended).toBe(0);
    expect((await lines).trimEnd().split('\n')).toHaveLength(2);
  });

  it('takes a closed pipe for no error', async () => {
    const child = start('tail', 'trip.events', 'driver.events', '-f', '--from', 'beginning');
    const complaints = text(child.stderr);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((resolve) => child.stdout.once('close', resolve));
    await client.goOffline(await client.driver());
    expect(await ended).toBe(0);
    expect(await complaints).toBe('');
  });

  it('lists topics, lag, groups and schemas', async () => {
    const topics = await json('topics');
    const events = topics.find(({ name }: { name: string }) => name === 'trip.events');
    expect(events).toMatchObject({ kind: 'log', writers: ['trip'], retentionMs: -1 });
    expect(events.records).toBeGreaterThanOrEqual(6);
    const lag = await json('lag', 'hail.trip');
    expect(lag.map(({ shard }: { shard: string }) => shard)).toEqual(
      Array.from({ length: events.partitions }, (_, p) => `trip:${p}`),
    );
    const groups = await json('groups');
    const names = groups.map(({ group }: { group: string }) => group);
    expect(names).toEqual(expect.arrayContaining(['hail.trip', 'hail.rider', 'hail.driver']));
    const subjects = await json('schemas', 'list');
    expect(subjects).toContainEqual(
      expect.objectContaining({ subject: 'hail.trip.TripRated', compatibility: 'FULL_TRANSITIVE' }),
    );
    const shown = await json('schemas', 'show', 'TripRated');
    const file = join(dataDir, 'TripRated.avsc');
    writeFileSync(file, JSON.stringify(shown.schema));
    expect(await json('schemas', 'check', file)).toMatchObject({ compatible: true });
    const fields = shown.schema.fields.filter(({ name }: { name: string }) => name !== 'tripId');
    writeFileSync(file, JSON.stringify({ ...shown.schema, fields }));
    const refused = await hail('schemas', 'check', file);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('field tripId was removed though it had no default');
  });

  it('sends only what fits, and only when told to', async () => {
    const suspend = (reason: unknown) => [
      ...['send', 'rider.commands', '--type', 'SuspendRider'],
      ...['--data', JSON.stringify({ riderId, reason })],
    ];
    expect(await json(...suspend('a test'))).toMatchObject({ written: false });
    const wrong = await hail(...suspend(5));
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SuspendRider.reason'),
    });
    expect((await client.until(`/riders/${riderId}`, () => true)).status).toBe('active');
    expect(await json(...suspend('a test'), '--write')).toMatchObject({ written: true });
    await client.until(`/riders/${riderId}`, ({ status }) => status === 'suspended');
    const log = await hail('send', 'trip.events', '--type', 'TripRated', '--data', '{}', '--write');
    expect(log).toMatchObject({ code: 1, stderr: expect.stringContaining('is a log') });
  });

  it('says in one line what is wrong and what to do', async () => {
    expect(await hail('tail', 'trip.event')).toMatchObject({
      code: 1,
      stderr: 'There is no topic trip.event. Did you mean trip.events?\n',
    });
    expect(await hail('topics', '--brokers', '127.0.0.1:1')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Kafka does not answer at 127.0.0.1:1: .*--brokers\.\n$/),
    });
    const none = '01900000-0000-7000-8000-000000000000';
    expect(await hail('trip', none)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`There is no trip ${none}`),
    });
    expect(await hail('tail')).toMatchObject({ code: 2 });
  });
});
