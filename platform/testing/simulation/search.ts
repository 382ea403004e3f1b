import { told } from './perform.ts';
import { type Plan, planOf } from './plan.ts';
import type { Playing } from './plant.ts';
import { shrink } from './shrink.ts';
import { tell } from './story.ts';

export interface Failed {
  readonly plan: Plan;
  readonly wrong: string;
}

export interface Found {
  /** The first seed that fails, if any does. */
  readonly failed: Failed | undefined;
  readonly tried: number;
  /** How many things happened, in all seeds together. */
  readonly steps: number;
}

/** Plays one seed after the other until one fails. */
export async function search(
  { play }: Pick<Playing, 'play'>,
  { seeds, first }: { readonly seeds: number; readonly first: number },
): Promise<Found> {
  let steps = 0;
  for (let tried = 1; tried <= seeds; tried += 1) {
    const plan = planOf(first + tried - 1);
    const { wrong, world } = await play(plan);
    steps += world.scheduler.happened;
    if (wrong !== undefined) return { failed: { plan, wrong }, tried, steps };
  }
  return { failed: undefined, tried: seeds, steps };
}

/** Shrinks what fails, and tells it: what is done to the world, what happens, how the logs end. */
export async function report(
  { play }: Pick<Playing, 'play'>,
  { plan, wrong }: Failed,
  say: (line: string) => void,
): Promise<void> {
  const short = await shrink(plan, async (other) => isLike(wrong, (await play(other)).wrong));
  const { least, most } = short.latency;
  const size = `${short.actions.length} of ${plan.actions.length} actions`;
  say(`It takes ${size}, ${short.partitions} partitions, ${least} to ${most} ms each way:`);
  for (const action of short.actions) say(`  ${action.at} ms: ${told(action)}`);
  const story = await tell(play, short);
  for (const line of story.lines) say(line);
  say(`Wrong: ${story.wrong}`);
}

/** Whether it is the same thing that is wrong, though elsewhere: it begins with the same words. */
function isLike(wrong: string, other: string | undefined): boolean {
  const start = (text: string) => text.split(/[\d:,]/, 1)[0];
  return other !== undefined && start(other) === start(wrong);
}
