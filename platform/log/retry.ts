import { sleep } from './clock.ts';
import type { Clock } from './ports.ts';

/** Thrown out of an operation whose shard has meanwhile been taken over, claimed anew or stopped. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;

/**
 * Repeats `run` until it succeeds: a dependency being away is waited for. Pauses 20 ms, doubling to
 * 1 s. Throws {@link Superseded} as soon as a failure finds the caller no longer `current`.
 */
export async function persist<T>(
  clock: Clock,
  current: () => boolean,
  run: () => Promise<T>,
  onFailure: (error: unknown) => void,
): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return await run();
    } catch (error) {
      if (!current()) throw new Superseded('superseded', { cause: error });
      onFailure(error);
    }
    await sleep(clock, pause);
    if (!current()) throw new Superseded('superseded');
  }
}
