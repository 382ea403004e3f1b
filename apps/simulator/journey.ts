import { along, type Crossing, streetMetres } from './grid.ts';

/** A drive along the streets, begun at a time in milliseconds since 1970. */
export interface Journey {
  readonly from: Crossing;
  readonly to: Crossing;
  readonly began: number;
  /** The trip it is for, if any. */
  readonly tripId?: string;
}

export function arrivesAt({ from, to, began }: Journey, metresPerSecond: number): number {
  return began + (streetMetres(from, to) / metresPerSecond) * 1_000;
}

export function placeOn(
  { from, to, began }: Journey,
  metresPerSecond: number,
  at: number,
): Crossing {
  return along(from, to, (Math.max(0, at - began) / 1_000) * metresPerSecond);
}
