import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamEvent } from '../../../platform/http/route.ts';
import type { Connection } from '../core/connect.ts';
import type { Shown } from '../core/show.ts';
import { type Filter, lastOf, tail } from '../core/tail.ts';
import { event } from './frames.ts';
import { rowOf } from './rows.ts';
import type { Row, TailFrame } from './shapes.ts';

/** A page is sent ten frames a second at most. */
const FRAME_MS = 100;
/** Of each frame, and so of what a slow page costs, at most. */
const ROWS = 1_000;
const FIRST_ROWS = 50;

/**
 * What comes into a topic, after the last records that it has. Reading never waits for the page: of what it does not
 * take in time the newest rows are kept and the others are counted.
 */
export async function* tailFrames(
  connection: Connection,
  topic: string,
  filter: Filter,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  let rows: Row[] = [];
  let seen = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = Promise.withResolvers<void>();
  ended.addEventListener('abort', () => wake.resolve(), { once: true });
  const take = (some: readonly Shown[]) => {
    seen += some.length;
    rows = [...rows, ...some.slice(-ROWS).map(rowOf)].slice(-ROWS);
    wake.resolve();
  };
  const read = async () => {
    const { records, next } = await lastOf(connection, { topics: [topic], filter }, FIRST_ROWS);
    take(records);
    const from = { at: 'places', places: next } as const;
    const options = { topics: [topic], from, filter, follow: true, signal: ended };
    for await (const some of tail(connection, options)) take(some);
  };
  read().catch((error: unknown) => {
    failure = { error };
    wake.resolve();
  });
  try {
    // An empty frame says that the topic is being read.
    for (let id = 0; !signal.aborted; id += 1) {
      const frame: TailFrame = { rows, seen, begins: id === 0 };
      [rows, seen] = [[], 0];
      wake = Promise.withResolvers();
      yield event('frame', frame, id);
      if (failure !== undefined) throw failure.error;
      await sleep(FRAME_MS, undefined, { signal: ended }).catch(() => {});
      if (seen === 0 && failure === undefined && !ended.aborted) await wake.promise;
    }
  } finally {
    stop.abort();
  }
}
