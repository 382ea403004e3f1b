import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testBackends } from '../platform/testing/backends.ts';
import { benches } from './benches.ts';
import type { Context } from './harness/bench.ts';

// Those that start no processes. That the others run is seen by running them: `npm run bench -- --quick`.
const inProcess = ['avro', 'projection', 'nearest', 'step'];

const dataDir = mkdtempSync(join(tmpdir(), 'hail-bench-test-'));
const ends: (() => unknown)[] = [];

afterAll(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(dataDir, { recursive: true, force: true });
});

const context: Context = {
  quick: true,
  rounds: 2,
  backends: testBackends(),
  dataDir,
  say: () => {},
  start: () => Promise.reject(new Error('starts a process')),
  broken: (what) => {
    throw new Error(what);
  },
  onEnd: (end) => void ends.push(end),
};

it.each(inProcess)('%s measures every round of both sides', async (name) => {
  const bench = await benches.find((one) => one.name === name)?.load();
  const rows = (await bench?.run(context)) ?? [];
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.some(({ against }) => against !== undefined)).toBe(true);
  for (const { values, against } of rows) {
    for (const value of [...values, ...(against?.values ?? [])]) expect(value).toBeGreaterThan(0);
    if (against !== undefined) expect(against.values).toHaveLength(values.length);
  }
});

it('gives every bench the name it is called by', async () => {
  for (const { name, load } of benches) expect((await load()).name).toBe(name);
});
