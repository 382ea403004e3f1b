import type { Random } from './random.ts';

/** Degrees, WGS 84. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** A crossing of the street grid: so many blocks east and north of the city's south-west corner. */
export interface Crossing {
  readonly east: number;
  readonly north: number;
}

const CORNER: Position = { latitude: 52.49, longitude: 13.36 };
const BLOCK_METRES = 200;
/** Blocks along each side: the city is 6 km square. */
export const SIDE = 30;
const METRES_PER_DEGREE = 111_195;
const EAST_METRES_PER_DEGREE = METRES_PER_DEGREE * Math.cos((CORNER.latitude * Math.PI) / 180);

export function positionOf({ east, north }: Crossing): Position {
  return {
    latitude: CORNER.latitude + (north * BLOCK_METRES) / METRES_PER_DEGREE,
    longitude: CORNER.longitude + (east * BLOCK_METRES) / EAST_METRES_PER_DEGREE,
  };
}

/** The crossing nearest to a position. */
export function crossingAt({ latitude, longitude }: Position): Crossing {
  return {
    east: Math.round(((longitude - CORNER.longitude) * EAST_METRES_PER_DEGREE) / BLOCK_METRES),
    north: Math.round(((latitude - CORNER.latitude) * METRES_PER_DEGREE) / BLOCK_METRES),
  };
}

export function anyCrossing(random: Random): Crossing {
  return { east: random.whole(0, SIDE + 1), north: random.whole(0, SIDE + 1) };
}

/** A crossing at least `from` and at most `to` blocks away, along the streets. */
export function crossingNear(start: Crossing, from: number, to: number, random: Random): Crossing {
  for (;;) {
    const blocks = random.whole(from, to + 1);
    const east = random.whole(-blocks, blocks + 1);
    const north = (blocks - Math.abs(east)) * (random.chance(0.5) ? 1 : -1);
    const found = { east: start.east + east, north: start.north + north };
    if (found.east >= 0 && found.east <= SIDE && found.north >= 0 && found.north <= SIDE)
      return found;
  }
}

/** How far it is along the streets, in metres. */
export function streetMetres(from: Crossing, to: Crossing): number {
  return BLOCK_METRES * (Math.abs(from.east - to.east) + Math.abs(from.north - to.north));
}

/** Where one is after `metres` on the way: first along the avenues, then along the streets. */
export function along(from: Crossing, to: Crossing, metres: number): Crossing {
  const blocks = metres / BLOCK_METRES;
  const east = to.east - from.east;
  const first = Math.min(blocks, Math.abs(east));
  const rest = Math.min(blocks - first, Math.abs(to.north - from.north));
  return {
    east: from.east + Math.sign(east) * first,
    north: from.north + Math.sign(to.north - from.north) * rest,
  };
}
