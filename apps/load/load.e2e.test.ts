import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testBackends } from '../../platform/testing/backends.ts';
import type { LoadReport } from './report.ts';

const dir = mkdtempSync(join(tmpdir(), 'hail-load-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('loads a system it has started, and reports', async () => {
  const { kafkaBrokers, redisUrl, schemaRegistryUrl } = testBackends();
  const file = join(dir, 'report.json');
  const args = '--profile steady --rate 5 --for 5s --time-scale 600 --drivers 40 --report'.split(
    ' ',
  );
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, file], {
    env: {
      ...process.env,
      HAIL_DIR: join(dir, 'hail'),
      KAFKA_BROKERS: kafkaBrokers.join(','),
      REDIS_URL: redisUrl,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    },
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const status = await new Promise((resolve) => child.once('exit', resolve));
  expect(said).toContain('Violations: none');
  expect(status).toBe(0);
  const report = JSON.parse(readFileSync(file, 'utf8')) as LoadReport;
  expect(report.trips.open).toBe(0);
  expect(report.trips.completed).toBeGreaterThan(5);
  expect(report.trips.requested).toBe(
    report.series.reduce((sum, { accepted }) => sum + accepted, 0),
  );
  expect(report).toMatchObject({ profile: 'steady', drivers: 40, violations: [], retries: 0 });
  expect(report.processes.map(({ process }) => process)).toEqual(
    expect.arrayContaining(['rider', 'driver', 'trip', 'notification', 'facade']),
  );
  expect(report.generator.cpuMsPerTrip).toBeGreaterThan(0);
  expect(report.audit?.violations).toBe(0);
  expect(readFileSync(join(dir, 'report.html'), 'utf8')).toContain('<svg ');
}, 240_000);
