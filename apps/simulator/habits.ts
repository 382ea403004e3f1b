/** How the people of the city behave. Times in milliseconds, as the clock on the wall has them. */
export interface Habits {
  /** How often a driver says where they are. */
  readonly pingEveryMs: number;
  readonly thinkMs: readonly [number, number];
  readonly boardingMs: readonly [number, number];
  readonly metresPerSecond: number;
  /** Length of a trip in blocks of 200 m, along the streets. */
  readonly tripBlocks: readonly [number, number];
  /** Probabilities: an offer is declined, is not answered at all, … */
  readonly declines: number;
  readonly ignores: number;
  /** … a driver gives up an assigned trip, a rider cancels. */
  readonly driverCancels: number;
  readonly riderCancels: number;
  /** How long after the assignment drivers give up who do, … */
  readonly giveUpMs: readonly [number, number];
  /** … and after the request, or after the assignment, riders cancel who do. */
  readonly cancelWithinMs: number;
}

/** So many times as fast as in life the city lives if nothing else is said: a minute passes in a second. */
export const defaultTimeScale = 60;
/** 30 km/h. */
const METRES_PER_SECOND = 30 / 3.6;
const PING_EVERY = 2_000;

/**
 * The habits of a city that lives `timeScale` times as fast as in life; at 600 a ride of 20 minutes
 * takes 2 s. Offers stay open for as long as the system says, so nobody thinks for longer than a second.
 */
export function habitsAt(timeScale: number, pingEveryMs = PING_EVERY): Habits {
  const fast = (lifeMs: number) => lifeMs / timeScale;
  const thinking = Math.min(1, defaultTimeScale / timeScale);
  return {
    pingEveryMs,
    thinkMs: [200 * thinking, 1_000 * thinking],
    boardingMs: [fast(6_000), fast(30_000)],
    metresPerSecond: METRES_PER_SECOND * timeScale,
    tripBlocks: [3, 10],
    declines: 0.1,
    ignores: 0.005,
    driverCancels: 0.02,
    riderCancels: 0.04,
    giveUpMs: [0, fast(30_000)],
    cancelWithinMs: fast(180_000),
  };
}
