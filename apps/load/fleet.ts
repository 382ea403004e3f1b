import type { Habits } from '../simulator/habits.ts';

/** How far a driver drives for a trip, on average, in metres: to the rider and to the destination. */
const TO_RIDER = 1_000;
const BLOCK_METRES = 200;
/** What the system and the network add to a trip, in seconds, when it does well. */
const OVERHEAD = 1;
/** So many times as many drivers as are busy at a time: some must be free, and near. */
const SPARE = 1.6;

const middle = ([from, to]: readonly [number, number]) => (from + to) / 2;

/** How many drivers a city needs for so many trips per second. */
export function driversFor(rate: number, habits: Habits): number {
  const metres = TO_RIDER + BLOCK_METRES * middle(habits.tripBlocks);
  const waits = (2 * middle(habits.thinkMs) + middle(habits.boardingMs)) / 1_000;
  const seconds = metres / habits.metresPerSecond + waits + OVERHEAD;
  return Math.ceil(rate * seconds * SPARE) + 20;
}
