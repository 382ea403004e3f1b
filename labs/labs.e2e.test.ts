import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../apps/console/core/connect.ts';
import { type System, startSystem } from '../apps/start/system.ts';
import type { Backends } from '../infra/backends/index.ts';
import { startLocal } from '../infra/backends/local.ts';
import { checkLab } from './check-lab.ts';
import { labs } from './contents.ts';
import type { Lab, Running } from './lab.ts';

// Backends of its own, because the labs empty Redis.
const dataDir = mkdtempSync(join(tmpdir(), 'hail-labs-'));
let backends: Backends;
let system: System;
let running: Running;
let connection: Connection;

beforeAll(async () => {
  backends = await startLocal({ dataDir, ports: 'free', keep: false });
  system = await startSystem({ backends, dataDir, port: 'free' });
  running = {
    kafkaBrokers: backends.kafkaBrokers,
    redisUrl: backends.redisUrl,
    schemaRegistryUrl: backends.schemaRegistryUrl,
    url: system.url,
    pidOf: (name) => system.supervised[name].pid as number,
  };
  connection = await connect(running);
});

afterAll(async () => {
  await connection?.close();
  await system?.stop();
  await backends?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(Object.entries(labs))('lab %s', (number, { check, solve }) => {
  it('is not done before it has been done, and then it is', async () => {
    const folder = mkdtempSync(join(dataDir, `lab-${number}-`));
    const lab: Lab = { running, connection, folder };
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    expect(await checkLab(check, lab, say)).toBe(1);
    expect(said.at(-2)).toMatch(/^NOT YET {2}\S/);
    expect(said.at(-1)).toMatch(/^Look at step [1-7] again\.$/);
    const end = await solve(lab);
    try {
      const status = await checkLab(check, lab, say);
      expect(said.at(-1)).toBe('All is as it should be.');
      expect(status).toBe(0);
    } finally {
      await end();
    }
  });
});
