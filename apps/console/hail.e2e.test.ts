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
    const [story, table] = await Promise.all([
      json('trip', tripId, '--mermaid'),
      hail('trip', tripId),
    ]);
    expect(story).toMatchObject({ tripId, riderId, last: 'TripCompleted', ended: true });
    const told: string[] = story.steps.map(
      (step: { from: string; to: string[]; record: { type: string } }) =>
        `${step.from} ${step.record.type}${step.to.map((name) => ` > ${name}`).join('')}`,
    );
    // The request may overtake the driver's location; then the first rounds are empty.
    const round = 'dispatch OfferRoundOpened';
    const once = told.filter((line, i) => line !== round || told.indexOf(round) === i);
    const inOrder = [
      'facade RequestTrip > trip',
      'trip TripRequested',
      'trip VerifyRider > rider',
      'rider RiderVerified',
      'rider RiderVerification > trip',
      'trip DriverSearchStarted > dispatch',
      round,
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
    expect(once.filter((line) => inOrder.includes(line))).toEqual(inOrder);
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
    expect(table.stdout).toContain('request/async response');
  });

  it('tails decoded records, filtered', async () => {
    const where = `key == "${tripId}" && data.fare.amountMinor > 0`;
    const [all, paid] = await Promise.all([
      hail('tail', 'trip.events', '--from', 'beginning', '--key', tripId, '--json'),
      json('tail', 'trip.events', '--from', 'beginning', '--where', where),
    ]);
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
    const [topics, lag, groups, subjects, shown] = await Promise.all([
      json('topics'),
      json('lag', 'hail.trip'),
      json('groups'),
      json('schemas', 'list'),
      json('schemas', 'show', 'TripRated'),
    ]);
    const events = topics.find(({ name }: { name: string }) => name === 'trip.events');
    expect(events).toMatchObject({ kind: 'log', writers: ['trip'], retentionMs: -1 });
    expect(events.records).toBeGreaterThanOrEqual(6);
    expect(lag.map(({ shard }: { shard: string }) => shard)).toEqual(
      Array.from({ length: events.partitions }, (_, p) => `trip:${p}`),
    );
    const names = groups.map(({ group }: { group: string }) => group);
    expect(names).toEqual(expect.arrayContaining(['hail.trip', 'hail.rider', 'hail.driver']));
    expect(subjects).toContainEqual(
      expect.objectContaining({ subject: 'hail.trip.TripRated', compatibility: 'FULL_TRANSITIVE' }),
    );
    const file = join(dataDir, 'TripRated.avsc');
    writeFileSync(file, JSON.stringify(shown.schema));
    expect(await json('schemas', 'check', file)).toMatchObject({ compatible: true });
    expect(await json('schemas', 'register', file)).toMatchObject({ written: false });
    const again = await json('schemas', 'register', file, '--write');
    expect(again).toMatchObject({ written: true, subject: 'hail.trip.TripRated' });
    expect(again.versions).toContain(1);
    const fields = shown.schema.fields.filter(({ name }: { name: string }) => name !== 'tripId');
    writeFileSync(file, JSON.stringify({ ...shown.schema, fields }));
    const refused = await hail('schemas', 'check', file);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('field tripId was removed though it had no default');
    expect(await hail('schemas', 'register', file, '--write')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('field tripId was removed though it had no default'),
    });
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

  it('lists and redrives dead letters, and audits', async () => {
    const letter = 'trip.commands.dlq/0/7';
    const [listed, redriven, absent, { figures, violations }] = await Promise.all([
      json('dlq', 'list', 'dispatch.commands.dlq'),
      json('dlq', 'redrive', '--all'),
      hail('dlq', 'show', letter),
      json('audit'),
    ]);
    expect(listed).toEqual([]);
    // Other tests of this run may have left letters in other topics.
    expect(redriven).toMatchObject({ written: false, results: expect.any(Array) });
    expect(absent).toMatchObject({ code: 1, stderr: `There is no dead letter at ${letter}.\n` });
    expect(violations).toEqual([]);
    expect(figures.violations).toBe(0);
  });

  it('says in one line what is wrong and what to do', async () => {
    const none = '01900000-0000-7000-8000-000000000000';
    const [misspelt, away, unknown, wrong] = await Promise.all([
      hail('tail', 'trip.event'),
      hail('topics', '--brokers', '127.0.0.1:1'),
      hail('trip', none),
      hail('tail'),
    ]);
    expect(misspelt).toMatchObject({
      code: 1,
      stderr: 'There is no topic trip.event. Did you mean trip.events?\n',
    });
    expect(away).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Kafka does not answer at 127.0.0.1:1: .*--brokers\.\n$/),
    });
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`There is no trip ${none}`),
    });
    expect(wrong.code).toBe(2);
  });
});
