import type { Position } from '../../../schemas/messages.gen.ts';

/** Asked of the index of locations before a round is opened. */
export interface CandidatesQuestion {
  readonly near: Position;
  readonly radiusMetres: number;
  readonly limit: number;
  readonly excludedDriverIds: readonly string[];
}

/** An available driver; the distance is the great circle's, in metres. */
export interface Candidate {
  readonly driverId: string;
  readonly distanceMetres: number;
}
