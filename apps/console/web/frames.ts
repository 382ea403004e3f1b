import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamEvent } from '../../../platform/http/route.ts';
import { forPage } from './problems.ts';

/**
 * Frames for any number of pages, each made once for all of them: a `frame` event every `everyMs`, made by `produce`,
 * or an `away` event with what is wrong when that rejects. While no page looks, nothing is done.
 */
export function sharedFrames(
  everyMs: number,
  produce: () => Promise<object>,
): (signal: AbortSignal) => AsyncIterable<StreamEvent> {
  let watching = 0;
  let made = 0;
  let latest: StreamEvent | undefined;
  let next = Promise.withResolvers<StreamEvent>();
  let running = false;
  const run = async () => {
    running = true;
    while (watching > 0) {
      latest = await produce().then((data) => event('frame', data, made), asAway);
      made += 1;
      next.resolve(latest);
      next = Promise.withResolvers();
      await sleep(everyMs);
    }
    running = false;
    latest = undefined;
  };
  return async function* (signal) {
    watching += 1;
    const gone = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    if (!running) void run();
    try {
      if (latest !== undefined) yield latest;
      while (!signal.aborted) {
        const frame = await Promise.race([next.promise, gone]);
        if (frame !== undefined) yield frame;
      }
    } finally {
      watching -= 1;
    }
  };
}

/** Runs `follow` again and again, a second after it has failed, with an `away` event in between. */
export async function* lasting(
  signal: AbortSignal,
  follow: () => AsyncIterable<StreamEvent>,
): AsyncGenerator<StreamEvent> {
  while (!signal.aborted) {
    try {
      yield* follow();
      return;
    } catch (error) {
      if (signal.aborted) return;
      yield asAway(error);
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}

export function event(name: string, data: object, id: number): StreamEvent {
  return { id: String(id), event: name, data: JSON.stringify(data) };
}

function asAway(error: unknown): StreamEvent {
  const { code, message } = forPage(error);
  return event('away', { code, message }, 0);
}
