import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Listening } from '../../platform/http/listen.ts';
import type { ProblemBody } from '../../platform/http/problem.ts';
import { startServer } from '../../platform/http/server.ts';
import type { Message } from '../../platform/messaging/message.ts';
import { silentLogger } from '../../platform/telemetry/logger.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { driverRoutes } from './routes.ts';

const NOW = 1_000_000;
let server: Listening;
let sent: { readonly inbox: string; readonly key: string; readonly messages: readonly Message[] }[];

beforeEach(async () => {
  sent = [];
  const nobody = async () => undefined;
  const routes = driverRoutes({
    commands: {
      async send(inbox, key, messages) {
        sent.push({ inbox, key, messages });
      },
    },
    drivers: { find: nobody, wait: nobody },
    accepted: { remember: nobody, find: nobody },
    logger: silentLogger(),
    now: () => NOW,
  });
  server = await startServer({
    ...{ routes, info: { title: 'test', version: '1' }, port: 0, checks: {} },
    metrics: createMetrics('test', 'test-1'),
    logger: silentLogger(),
  });
});
afterEach(() => server.close(100));

const post = (body: unknown) =>
  fetch(`${server.url}/locations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const at = { latitude: 52.5, longitude: 13.4 };

describe('the locations of a fleet', () => {
  it('go to the stream under their drivers, in order, and from no future', async () => {
    const response = await post([
      { driverId: 'a', ...at, recordedAt: NOW - 5 },
      { driverId: 'b', ...at },
      { driverId: 'a', ...at, recordedAt: NOW + 5 },
    ]);
    expect(response.status).toBe(202);
    const located = (driverId: string, recordedAt: number) => ({
      type: 'DriverLocated',
      data: { driverId, position: at, recordedAt },
    });
    const inbox = 'driver.locations';
    expect(sent).toEqual([
      { inbox, key: 'a', messages: [located('a', NOW - 5), located('a', NOW)] },
      { inbox, key: 'b', messages: [located('b', NOW)] },
    ]);
  });

  it.each([
    [[], '', 'must not be empty'],
    [
      [
        { driverId: 'a', ...at },
        { driverId: 'b', latitude: 91, longitude: 0 },
      ],
      '/1/latitude',
      'must be at most 90',
    ],
    [[{ driverId: 'a/b', ...at }], '/0/driverId', 'must be 1 to 100 letters'],
    [Array.from({ length: 501 }, () => ({ driverId: 'a', ...at })), '', 'must have at most 500'],
  ])('are refused as a whole: %j', async (body, field, detail) => {
    const response = await post(body);
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as ProblemBody;
    expect(errors?.[0]).toEqual({
      ...{ in: 'body', field },
      detail: expect.stringContaining(detail) as string,
    });
    expect(sent).toEqual([]);
  });
});
