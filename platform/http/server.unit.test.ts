import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UnavailableError } from '../messaging/ports.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { startAdmin } from './admin.ts';
import type { Listening } from './listen.ts';
import type { Checks } from './ops.ts';
import { type ProblemBody, ProblemError } from './problem.ts';
import { type Request, type Route, route } from './route.ts';
import { startServer } from './server.ts';
import { id, position } from './shapes.ts';

let server: Listening;
let last: Request | undefined;
afterEach(() => server?.close(100));

const ok = { 200: { description: 'Fine.' } };
const base = { tag: 'test', summary: 'A test.', responses: ok } as const;
const routes: readonly Route[] = [
  route({
    ...base,
    method: 'post',
    path: '/places/{placeId}',
    operationId: 'putPlace',
    params: z.object({ placeId: id }),
    query: z.object({ mode: z.enum(['a', 'b']).optional() }),
    headers: z.object({ 'x-size': z.coerce.number().max(9, 'must be at most 9').optional() }),
    body: z.strictObject({
      at: z.union([position, z.array(position)]),
      name: z.string(),
    }),
    async handle(request) {
      last = request;
      return { status: 200, body: { name: request.body.name }, headers: { 'X-Seen': 'yes' } };
    },
  }),
  route({
    ...base,
    method: 'get',
    path: '/fail/{how}',
    operationId: 'fail',
    params: z.object({ how: z.string() }),
    async handle({ params }) {
      if (params.how === 'kafka') throw new UnavailableError('kafka', 'broker 10.0.0.1 said no');
      if (params.how === 'ended') throw new ProblemError('already-ended', 'It is over.');
      throw new Error('password=secret');
    },
  }),
  route({
    ...base,
    method: 'get',
    path: '/wait',
    operationId: 'wait',
    async handle({ signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { status: 200, body: { waited: true } };
    },
  }),
  route({
    ...base,
    method: 'get',
    path: '/work',
    operationId: 'work',
    async handle() {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return { status: 200, body: { worked: true } };
    },
  }),
];

async function start(checks: Checks = {}): Promise<string> {
  server = await startServer({
    routes,
    info: { title: 'Test', version: '1' },
    port: 0,
    checks,
    metrics: createMetrics('test', 'test-1'),
    logger: silentLogger(),
  });
  return server.url;
}

const valid = { at: { latitude: 1, longitude: 2 }, name: 'Park' };
async function post(body: unknown, path = '/places/p', headers: Record<string, string> = {}) {
  const url = await start();
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { response, json: (await response.json()) as ProblemBody };
}

describe('a valid request', () => {
  it('is handed over validated and answered', async () => {
    const { response, json } = await post(valid, '/places/p%2Dq?mode=b', { 'X-Size': '3' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-seen')).toBe('yes');
    expect(response.headers.has('x-powered-by')).toBe(false);
    expect(json).toEqual({ name: 'Park' });
    expect(last).toMatchObject({
      params: { placeId: 'p-q' },
      query: { mode: 'b' },
      headers: { 'x-size': 3 },
      body: valid,
    });
  });

  it('continues the trace it comes with', async () => {
    const trace = 'a'.repeat(32);
    await post(valid, '/places/p', { traceparent: `00-${trace}-${'b'.repeat(16)}-01` });
    expect(last?.traceparent).toContain(trace);
    expect(last?.traceparent).not.toContain('b'.repeat(16));
  });

  it('may have a body of exactly 64 kB', async () => {
    const name = 'x'.repeat(65_536 - JSON.stringify({ ...valid, name: '' }).length);
    expect((await post({ ...valid, name })).response.status).toBe(200);
    await server.close();
    expect((await post({ ...valid, name: `${name}x` })).response.status).toBe(413);
  });
});

describe('an error', () => {
  const field = (json: ProblemBody) =>
    json.errors?.map((error) => `${error.in} ${error.field} ${error.detail}`);

  it('is a problem (RFC 9457) that names every invalid field', async () => {
    const body = { at: { latitude: 91, longitude: 'x' }, extra: 1 };
    const { response, json } = await post(body, '/places/p?mode=c', { 'X-Size': '10' });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(json).toMatchObject({
      type: 'urn:hail:problem:invalid-request',
      status: 422,
      code: 'invalid-request',
      title: 'A part of the request is not valid',
    });
    expect(field(json)).toEqual([
      'query /mode Invalid option: expected one of "a"|"b"',
      'header /x-size must be at most 9',
      'body /at/latitude must be at most 90',
      'body /at/longitude Invalid input: expected number, received string',
      'body /name is required',
      'body /extra is not a known field',
    ]);
    expect(json.detail).toContain('query /mode');
  });

  it('names the item of a list', async () => {
    const at = [valid.at, { latitude: 0, longitude: 181, 'a/b~c': 1 }];
    expect(field((await post({ ...valid, at })).json)).toEqual([
      'body /at/1/longitude must be at most 180',
      'body /at/1/a~1b~0c is not a known field',
    ]);
  });

  it.each([
    ['bad JSON', '{"a":', 400, 'malformed-json', {}],
    ['no body', '', 400, 'malformed-json', {}],
    ['a number as body', '5', 422, 'invalid-request', {}],
    ['text', 'hello', 415, 'unsupported-media-type', { 'Content-Type': 'text/plain' }],
    [
      'a strange charset',
      '{}',
      415,
      'unsupported-media-type',
      { 'Content-Type': 'application/json; charset=latin1' },
    ],
    ['a strange encoding', '{}', 415, 'unsupported-media-type', { 'Content-Encoding': 'rot13' }],
    ['a false gzip', '{}', 400, 'malformed-request', { 'Content-Encoding': 'gzip' }],
    ['too much', `"${'x'.repeat(70_000)}"`, 413, 'body-too-large', {}],
  ])('for %s', async (_, body, status, code, headers) => {
    const { response, json } = await post(body, '/places/p', headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(json).toMatchObject({ status, code });
  });

  it.each([
    ['/nowhere', 404, 'not-found'],
    ['/fail/ended', 409, 'already-ended'],
    ['/fail/kafka', 503, 'unavailable'],
    ['/fail/badly', 500, 'internal'],
    ['/fail/%zz', 400, 'malformed-request'],
  ])('for GET %s', async (path, status, code) => {
    const response = await fetch((await start()) + path);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status, code });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    expect(text).not.toMatch(/secret|10\.0\.0\.1|node_modules|server\.ts/);
  });

  it('for a wrong method says which are right', async () => {
    const url = await start();
    const wrong = await fetch(`${url}/places/p`, { method: 'PATCH' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await wrong.json()).toMatchObject({ code: 'method-not-allowed' });
    const options = await fetch(`${url}/wait`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD']);
  });
});

describe('the operator', () => {
  it('sees what is missing', async () => {
    let kafka: string | undefined = 'no broker answers';
    const url = await start({ kafka: () => kafka, redis: async () => undefined });
    const ready = async () => {
      const response = await fetch(`${url}/readyz`);
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([
      503,
      { ready: false, checks: { draining: 'ok', kafka: 'no broker answers', redis: 'ok' } },
    ]);
    kafka = undefined;
    expect(await ready()).toMatchObject([200, { ready: true }]);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('counts a check that hangs or throws as missing', async () => {
    const url = await start({
      redis: () => new Promise(() => {}),
      kafka: () => Promise.reject(new Error('boom')),
    });
    const ready = await (await fetch(`${url}/readyz`)).json();
    expect(ready).toMatchObject({ checks: { redis: 'gives no answer', kafka: 'boom' } });
  });

  it('sees durations by operation', async () => {
    const url = await start();
    await fetch(`${url}/fail/ended`);
    await fetch(`${url}/nowhere`);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(
      /hail_http_request_duration_seconds_count{.*operation="fail",status="409"} 1/,
    );
    expect(text).toMatch(
      /hail_http_request_duration_seconds_count{.*operation="none",status="404"} 1/,
    );
  });

  it('has the same on a process without routes', async () => {
    server = await startAdmin({
      port: 0,
      checks: { kafka: () => 'away' },
      metrics: createMetrics('t', 't'),
    });
    const statuses = ['/livez', '/readyz?x=1', '/metrics', '/else'].map(
      async (path) => (await fetch(server.url + path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 503, 200, 404]);
  });
});

describe('close', () => {
  it('lets running requests finish, ends waiting ones, and refuses new connections', async () => {
    const url = await start();
    const work = fetch(`${url}/work`).then((response) => response.json());
    const wait = fetch(`${url}/wait`).then((response) => response.json());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await Promise.all([work, wait])).toEqual([{ worked: true }, { waited: true }]);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('cuts off what takes too long', async () => {
    const url = new URL(await start());
    const stuck = httpRequest({
      port: url.port,
      method: 'POST',
      path: '/places/p',
      headers: { 'Content-Type': 'application/json', 'Content-Length': 100 },
    });
    const broken = new Promise((resolve) => stuck.on('error', resolve));
    stuck.write('{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close(200);
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });
});
