/** How the people of the city behave. Times in milliseconds, compressed: a minute passes in a second. */
export interface Habits {
  readonly pingEveryMs: number;
  readonly thinkMs: readonly [number, number];
  readonly boardingMs: readonly [number, number];
  /** 30 km/h, sixty times as fast. */
  readonly metresPerSecond: number;
  /** Length of a trip in blocks of 200 m, along the streets. */
  readonly tripBlocks: readonly [number, number];
  /** Probabilities: an offer is declined, is not answered at all, … */
  readonly declines: number;
  readonly ignores: number;
  /** … a driver gives up an assigned trip, a rider cancels. */
  readonly driverCancels: number;
  readonly riderCancels: number;
  /** How long after the request, or after the assignment, riders cancel who do. */
  readonly cancelWithinMs: number;
}

export const defaultHabits: Habits = {
  pingEveryMs: 2_000,
  thinkMs: [200, 1_000],
  boardingMs: [100, 500],
  metresPerSecond: 500,
  tripBlocks: [3, 10],
  declines: 0.1,
  ignores: 0.005,
  driverCancels: 0.02,
  riderCancels: 0.04,
  cancelWithinMs: 3_000,
};
