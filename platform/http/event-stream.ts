import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { StreamEvent } from './route.ts';

/** A client that takes nothing for so long, in milliseconds, is cut off. */
const patience = 30_000;

/** Names and ids must not break the framing. */
const line = (text: string): string => text.replace(/[\r\n]/g, ' ');

/**
 * Sends Server-Sent Events until the stream ends or `signal` is aborted. An event is taken from the
 * stream only when the client has taken the ones before (but for what fits the socket's buffer), so
 * a slow client costs no memory. When nothing was sent for `heartbeat` milliseconds a comment is, so
 * that both sides notice a dead connection. Clients are told to reconnect after a second.
 */
export async function sendEventStream(
  response: ServerResponse,
  stream: AsyncIterable<StreamEvent>,
  signal: AbortSignal,
  heartbeat = 15_000,
): Promise<void> {
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Accel-Buffering', 'no');
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.write('retry: 1000\n\n');
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, heartbeat);
  const iterator = stream[Symbol.asyncIterator]();
  // Not Promise.race: what has lost a race stays with the winner's rival for as long as that lives.
  let leave = (): void => {};
  const onAbort = () => leave();
  signal.addEventListener('abort', onAbort, { once: true });
  const take = () =>
    new Promise<IteratorResult<StreamEvent>>((resolve, reject) => {
      leave = () => resolve({ done: true, value: undefined });
      iterator.next().then(resolve, reject);
    });
  try {
    while (!signal.aborted) {
      const next = await take();
      if (next.done) break;
      const { id, event, data } = next.value;
      beat.refresh();
      gather(response);
      if (response.write(`id: ${line(id)}\nevent: ${line(event)}\ndata: ${line(data)}\n\n`))
        continue;
      await once(response, 'drain', {
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      });
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    response.destroy();
  } finally {
    clearInterval(beat);
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that is waiting for its next event ends when it sees the signal.
    void Promise.resolve(iterator.return?.()).catch(() => {});
    response.end();
  }
}

/** What is written from here on until nothing more is there for now leaves in one piece. */
function gather(response: ServerResponse): void {
  if (response.writableCorked > 0) return;
  response.cork();
  process.nextTick(() => response.uncork());
}
