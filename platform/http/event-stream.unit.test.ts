import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendEventStream } from './event-stream.ts';
import type { StreamEvent } from './route.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves a stream, tells when it has been left, and how sending ended. */
async function serve(
  stream: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
  heartbeat?: number,
): Promise<{ url: string; stop: AbortController; sent: Promise<unknown> }> {
  const stop = new AbortController();
  let settle: (outcome: unknown) => void;
  const sent = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  server = createServer((_, response) => {
    response.once('close', () => stop.abort());
    const { signal } = stop;
    sendEventStream(response, stream(signal), signal, heartbeat).then(
      () => settle('ended'),
      settle,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop, sent };
}

const event = (n: number, data = '{}'): StreamEvent => ({ id: String(n), event: 'Thing', data });
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('sendEventStream', () => {
  it('frames events and ends with the stream', async () => {
    const { url, sent } = await serve(async function* () {
      yield event(1, '{"a":1}');
      yield { id: '2\n', event: 'x\ry', data: 'one\ntwo' };
    });
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe(
      'retry: 1000\n\nid: 1\nevent: Thing\ndata: {"a":1}\n\nid: 2 \nevent: x y\ndata: one two\n\n',
    );
    expect(await sent).toBe('ended');
  });

  it('answers HEAD with the head alone', async () => {
    const { url, sent } = await serve(async function* (signal) {
      await aborted(signal);
    });
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await sent).toBe('ended');
  });

  it('beats while there is nothing to say', async () => {
    const { url, stop } = await serve(async function* (signal) {
      await aborted(signal);
    }, 20);
    setTimeout(() => stop.abort(), 110);
    const beats = (await (await fetch(url)).text()).split(':\n\n').length - 1;
    expect(beats).toBeGreaterThanOrEqual(2);
    expect(beats).toBeLessThanOrEqual(6);
  });

  it('leaves the stream when the client goes', async () => {
    let left: () => void;
    const leaving = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { url, sent } = await serve(async function* (signal) {
      try {
        yield event(1);
        await aborted(signal);
      } finally {
        left();
      }
    });
    const client = new AbortController();
    await fetch(url, { signal: client.signal });
    client.abort();
    await leaving;
    expect(await sent).toBe('ended');
  });

  it('ends at once, and says so, where the stream does not heed the signal', async () => {
    let returned = false;
    const deaf: AsyncIterator<StreamEvent> = {
      next: () => new Promise(() => {}),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    };
    const { url, sent, stop } = await serve(() => ({ [Symbol.asyncIterator]: () => deaf }));
    const text = fetch(url).then((response) => response.text());
    setTimeout(() => stop.abort(), 50);
    expect(await text).toBe('retry: 1000\n\n');
    expect(await sent).toBe('ended');
    expect(returned).toBe(true);
  });

  it('takes no more from the stream than a slow client takes from it', async () => {
    let taken = 0;
    const { url, sent } = await serve(async function* () {
      for (; taken < 10_000; taken++) yield event(taken, 'x'.repeat(10_000));
    });
    const slow = request(url).end();
    const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
      slow.on('response', resolve),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = taken;
    expect(before).toBeLessThan(2_000); // 100 MB in all; the sockets' buffers hold a few
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken).toBe(before);
    let size = 0;
    for await (const chunk of response) size += chunk.length;
    expect(taken).toBe(10_000);
    expect(size).toBeGreaterThan(100_000_000);
    expect(await sent).toBe('ended');
  });

  it('passes on the failure of a stream', async () => {
    const { url, sent } = await serve(async function* () {
      yield event(1);
      throw new Error('broken');
    });
    await (await fetch(url)).text();
    expect(await sent).toMatchObject({ message: 'broken' });
  });
});
