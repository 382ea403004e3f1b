import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, type Lab, NotYet } from './lab.ts';

/** Waits for what follows a moment after it was asked for; rejects with what is missing after half a minute. */
export async function untilPasses(check: Check, lab: Lab): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      for await (const _ of check(lab));
      return;
    } catch (error) {
      if (!(error instanceof NotYet) || Date.now() > until) throw error;
      await sleep(200);
    }
  }
}
