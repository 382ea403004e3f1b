import { describe, expect, it } from 'vitest';
import type { Connections } from './connections.ts';
import { eventCutter, type StreamEvent } from './event-stream.ts';
import { createNewsStand } from './news.ts';
import { Repeats } from './repeats.ts';

describe('an event stream', () => {
  const text =
    'retry: 1000\n\nid: a/1\nevent: T\ndata: {"x":"id: 9"}\n\n:\n\nid: a/2\nevent: U\ndata: {}\n\n';

  it.each([1, 7, 1_000])('is cut into events, however it comes: %i characters a piece', (size) => {
    const events: StreamEvent[] = [];
    const cut = eventCutter((event) => events.push(event));
    for (let i = 0; i < text.length; i += size) cut(text.slice(i, i + size));
    expect(events).toEqual([
      { id: 'a/1', type: 'T', data: '{"x":"id: 9"}' },
      { id: 'a/2', type: 'U', data: '{}' },
    ]);
  });
});

describe('repeats', () => {
  it('are what is not higher than the highest of its place', () => {
    const repeats = new Repeats();
    const ids = ['t/0/5.0', 't/0/5.1', 't/1/5.0', 't/0/5.1', 't/0/4.9', 't/0/12.0', 't/0/5.2'];
    expect(ids.map((id) => repeats.take(id))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});

/** A server of streams: what was asked for, and how to answer. */
function fakeConnections() {
  const asked: {
    body: { riders: Record<string, string>; drivers: Record<string, string> };
    tell: (text: string) => void;
    end: () => void;
    stopped: boolean;
  }[] = [];
  const connections: Connections = {
    request: async () => ({ status: 200, headers: {}, text: '' }),
    stream(_path, _headers, body, onText) {
      const { promise, resolve } = Promise.withResolvers<number>();
      const stream = {
        body: JSON.parse(body),
        tell: onText,
        end: () => resolve(200),
        stopped: false,
      };
      asked.push(stream);
      return {
        done: promise,
        stop() {
          stream.stopped = true;
          resolve(200);
        },
      };
    },
    close() {},
  };
  return { asked, connections };
}
const event = (recipient: string, n: number) =>
  `id: ${recipient}/${n}\nevent: T\ndata: {"eventId":"t/0/1.${n}"}\n\n`;

describe('the news of many', () => {
  it('comes over few streams, each person told of their own, and goes on where it broke off', async () => {
    const { asked, connections } = fakeConnections();
    const told: string[] = [];
    const trouble: string[] = [];
    const news = createNewsStand(connections, (what) => trouble.push(what));
    for (let i = 0; i < 750; i++) {
      news.follow(`riders/r${i}`, ({ data }) => told.push(`r${i} ${data.eventId}`));
      news.follow(`drivers/d${i}`, () => {});
    }
    expect(asked.length).toBe(3);
    expect(asked[0]?.body).toMatchObject({ riders: { r0: '0', r249: '0' }, drivers: { d0: '0' } });
    asked[0]?.tell(event('riders/r7', 3) + event('riders/r7', 3) + event('riders/r8', 4));
    expect(told).toEqual(['r7 t/0/1.3', 'r8 t/0/1.4']);
    asked[0]?.end();
    await expect.poll(() => asked.length).toBe(4);
    expect(asked[3]?.body.riders).toMatchObject({ r7: '3', r8: '4', r9: '0' });
    expect(trouble.length).toBe(1);
    news.close();
  });

  it('of newcomers who come little by little is put together', async () => {
    const { asked, connections } = fakeConnections();
    const news = createNewsStand(connections, () => {});
    for (let i = 0; i < 12; i++) {
      news.follow(`riders/r${i}`, () => {});
      await expect.poll(() => asked.some(({ body }) => `r${i}` in body.riders)).toBe(true);
    }
    const open = asked.filter(({ stopped }) => !stopped);
    expect(open.length).toBeLessThanOrEqual(10);
    const followed = open.flatMap(({ body }) => Object.keys(body.riders));
    expect(followed.sort()).toEqual(Array.from({ length: 12 }, (_, i) => `r${i}`).sort());
    news.close();
  });
});
