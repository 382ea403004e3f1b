import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backends } from '../../infra/backends/index.ts';
import { startLocal } from '../../infra/backends/local.ts';
import { auditSystem } from '../audit/audit-system.ts';
import { Client, here, there } from '../facade/client.ts';
import { startCity } from '../simulator/city.ts';
import { type ProcessName, type System, startSystem } from './system.ts';

// Backends of its own, as processes, because it does them harm.
const dataDir = mkdtempSync(join(tmpdir(), 'hail-faults-'));
let backends: Backends;
let system: System;
let client: Client;
/** Told when a process is ready again. */
let onReady: (name: string) => void = () => {};
let onExit: (name: string, how: string) => void = () => {};

beforeAll(async () => {
  backends = await startLocal({ dataDir, ports: 'free', keep: false });
  const ready = (name: string) => onReady(name);
  const exit = (name: string, how: string) => onExit(name, how);
  system = await startSystem({ backends, dataDir, port: 'free', onReady: ready, onExit: exit });
  client = new Client(system.url);
});

afterAll(async () => {
  client?.api.close();
  await system?.stop();
  await backends?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('says 503 while Kafka is away, and takes the same request once when it is back', async () => {
  const riderId = await client.rider();
  const request = () =>
    fetch(`${system.url}/trips`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: JSON.stringify({ riderId, pickup: here, dropoff: there }),
    });
  const kafka = backends.processes.find(({ name }) => name === 'kafka')?.pid as number;
  process.kill(kafka, 'SIGSTOP');
  const began = Date.now();
  let response: Response;
  try {
    response = await request();
  } finally {
    process.kill(kafka, 'SIGCONT');
  }
  expect(response.status).toBe(503);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Date.now() - began).toBeLessThan(5_000);
  // It may have been written all the same; the key makes it the same trip.
  const accepted = async () => {
    for (;;) {
      const answer = await request();
      if (answer.status === 202) return ((await answer.json()) as { tripId: string }).tripId;
    }
  };
  const tripId = await accepted();
  expect(await accepted()).toBe(tripId);
  await client.until(`/trips/${tripId}`, ({ status }) => status === 'searching');
  await client.api.send(`/trips/${tripId}/cancellation`, { by: 'rider', actorId: riderId });
  await client.until(`/riders/${riderId}`, ({ account }) => account.held === 0);
});

it('ends every trip and breaks no promise while each process is killed in turn', async () => {
  const city = await startCity({ url: system.url, rate: 5, drivers: 40, seed: 7 });
  const names = Object.keys(system.supervised) as ProcessName[];
  for (const name of names) {
    const again = new Promise<void>((resolve) => {
      onReady = (ready) => ready === name && resolve();
    });
    process.kill(system.supervised[name].pid as number, 'SIGKILL');
    await again;
  }
  expect(names.map((name) => system.supervised[name].restarts)).toEqual(names.map(() => 1));
  const { trips, violations } = await city.finish(60_000);
  expect(violations).toEqual([]);
  expect(trips.open).toBe(0);
  expect(trips.completed).toBeGreaterThan(20);
});

it('stops what is asked to stop cleanly, in the middle of work, and goes on', async () => {
  const city = await startCity({ url: system.url, rate: 5, drivers: 40, seed: 8 });
  const names = Object.keys(system.supervised) as ProcessName[];
  const ends: string[] = [];
  onExit = (name, how) => ends.push(`${name}: ${how}`);
  for (const name of names) {
    const again = new Promise<void>((resolve) => {
      onReady = (ready) => ready === name && resolve();
    });
    process.kill(system.supervised[name].pid as number, 'SIGTERM');
    await again;
  }
  // A process that cannot finish within five seconds ends itself with status 1.
  expect(ends).toEqual(names.map((name) => `${name}: status 0`));
  const { trips, violations } = await city.finish(60_000);
  expect(violations).toEqual([]);
  expect(trips.open).toBe(0);
  const audit = await auditSystem(backends, { quiet: true });
  expect(audit.violations).toEqual([]);
});
