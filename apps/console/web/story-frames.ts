import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamEvent } from '../../../platform/http/route.ts';
import type { Connection } from '../core/connect.ts';
import { findStory } from '../core/story.ts';
import { event } from './frames.ts';

const LOOK_EVERY = 1_000;
/** What comes after a trip's end (money, ratings) is looked for so long, in milliseconds. */
const SETTLES_WITHIN = 15_000;

/** A trip's story, again whenever it has grown, until it has ended and settled; then `end`. */
export async function* storyFrames(
  connection: Connection,
  tripId: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let told = 0;
  for (let id = 0; !signal.aborted; id += 1) {
    const story = await findStory(connection, tripId);
    if (story.steps.length !== told) yield event('frame', story, id);
    told = story.steps.length;
    const quietFor = Date.now() - (story.startedAt + story.duration);
    if (story.ended && quietFor > SETTLES_WITHIN) {
      yield event('end', {}, id);
      return;
    }
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
  }
}
