import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listening } from '../../platform/http/listen.ts';
import type { ProblemBody } from '../../platform/http/problem.ts';
import { startServer } from '../../platform/http/server.ts';
import { silentLogger } from '../../platform/telemetry/logger.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { notificationRoutes } from './routes.ts';

let server: Listening;
let asked: ReadonlyMap<string, number | undefined> | undefined;

beforeEach(async () => {
  asked = undefined;
  const routes = notificationRoutes({
    async follow(after) {
      asked = after;
      return (async function* () {
        for (const recipient of after.keys()) {
          yield { recipient, n: 7, type: 'TripAssigned', data: '{"tripId":"t"}' };
        }
      })();
    },
  });
  server = await startServer({
    ...{ routes, info: { title: 'test', version: '1' }, port: 0, checks: {} },
    metrics: createMetrics('test', 'test-1'),
    logger: silentLogger(),
  });
});
afterEach(() => server.close(100));

const post = (body: object) =>
  fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the events of many', () => {
  it('come on one stream, each with its recipient in the id', async () => {
    const response = await post({ riders: { a: '5', b: '' }, drivers: { c: '0' } });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const ids = [...(await response.text()).matchAll(/^id: (.*)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(['riders/a/7', 'riders/b/7', 'drivers/c/7']);
    expect([...(asked ?? [])]).toEqual([
      ['rider:a', 5],
      ['rider:b', undefined],
      ['driver:c', 0],
    ]);
  });

  it.each([
    [{}, '', 'must name 1 to 500 riders and drivers, and names 0'],
    [
      { riders: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [i, '0'])) },
      '',
      'must name 1 to 500 riders and drivers, and names 501',
    ],
    [{ riders: { a: 'x' } }, '/riders/a', 'must be the id of an event, or 0 for all that are kept'],
    [{ drivers: { 'a/b': '0' } }, '/drivers/a~1b', 'must be 1 to 100 letters'],
  ])('are refused to %j', async (body, field, detail) => {
    const response = await post(body);
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as ProblemBody;
    expect(errors).toEqual([
      { in: 'body', field, detail: expect.stringContaining(detail) as string },
    ]);
    expect(asked).toBeUndefined();
  });
});

it('numbers the events of one by themselves', async () => {
  const response = await fetch(`${server.url}/riders/a/events`, {
    headers: { 'last-event-id': '5' },
  });
  expect(await response.text()).toContain('id: 7\nevent: TripAssigned\n');
  expect([...(asked ?? [])]).toEqual([['rider:a', 5]]);
});
