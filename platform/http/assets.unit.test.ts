import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { readAssets } from './assets.ts';
import type { Listening } from './listen.ts';
import { ProblemError } from './problem.ts';
import { startServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'hail-assets-'));
let server: Listening;

beforeAll(async () => {
  writeFileSync(join(folder, 'page.html'), '<!doctype html>');
  writeFileSync(join(folder, 'secret.key'), 'secret');
  mkdirSync(join(folder, 'inner.html'));
  const assets = readAssets(folder);
  expect([...assets.keys()]).toEqual(['page.html']);
  server = await startServer({
    routes: [],
    info: { title: 'Test', version: '1' },
    port: 0,
    checks: {},
    metrics: createMetrics('test', 'test-1'),
    logger: createLogger('test', 'test-1'),
    assets: (path) => assets.get(path.slice(1)),
    headers: { 'X-Content-Type-Options': 'nosniff' },
    guard: ({ headers }) => {
      if (headers['x-foreign'] !== undefined) throw new ProblemError('forbidden');
    },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

it('serves the files of a folder, which browsers keep until they change', async () => {
  const response = await fetch(`${server.url}/page.html`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.text()).toBe('<!doctype html>');
  const etag = response.headers.get('etag') as string;
  const again = await fetch(`${server.url}/page.html`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  const head = await fetch(`${server.url}/page.html`, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('15');
});

it('serves nothing else', async () => {
  for (const path of ['/secret.key', '/inner.html', '/..%2fpage.html', '/nothing']) {
    expect((await fetch(server.url + path)).status).toBe(404);
  }
  expect((await fetch(`${server.url}/page.html`, { method: 'POST' })).status).toBe(404);
});

it('asks the guard first, also about files', async () => {
  const response = await fetch(`${server.url}/page.html`, { headers: { 'x-foreign': '1' } });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'forbidden' });
});
