import { type Check, type Lab, NotYet } from './lab.ts';

/** Runs a check and says what it finds. Resolves with 0, or with 1 when something is missing yet. */
export async function checkLab(
  check: Check,
  lab: Lab,
  say: (text: string) => void,
): Promise<0 | 1> {
  try {
    for await (const holds of check(lab)) say(`ok       ${holds}`);
    say('All is as it should be.');
    return 0;
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    say(`NOT YET  ${error.message}`);
    say(`Look at step ${error.step} again.`);
    return 1;
  }
}
