/** @typedef {import('../shapes.ts').Step} Step */

/** A step with its place in the diagram; lanes are counted from the left. @typedef {object} Placed
 * @property {Step} step
 * @property {number} index
 * @property {number} y
 * @property {number} from the lane of who wrote it
 * @property {number[]} to the lanes of who it is for
 */

/** In this order from left to right; others come after. */
const ORDER = ['facade', 'trip', 'rider', 'dispatch', 'driver', 'notification'];

/** Height of a step and of the head of the diagram, in pixels. */
export const STEP = 46;
export const HEAD = 44;

/**
 * Gives every service that takes part a lane, and every step a height.
 *
 * @param {readonly Step[]} steps in causal order
 * @returns {{ lanes: string[], placed: Placed[], height: number }}
 */
export function place(steps) {
  const there = new Set(steps.flatMap(({ from, to }) => [from, ...to]));
  const lanes = [
    ...ORDER.filter((name) => there.has(name)),
    ...[...there].filter((name) => !ORDER.includes(name)).sort(),
  ];
  const placed = steps.map((step, index) => ({
    step,
    index,
    y: HEAD + (index + 0.75) * STEP,
    from: lanes.indexOf(step.from),
    to: step.to.map((name) => lanes.indexOf(name)),
  }));
  return { lanes, placed, height: HEAD + (steps.length + 0.5) * STEP };
}
