import type { Redis } from '../../platform/redis/connect.ts';
import { readDocuments } from '../../platform/redis/documents.ts';
import type { TripState } from '../../services/trip/trip.ts';

/** Which trip's document was made wrong, and the fare that it had, in minor units. */
export interface Spoilt {
  readonly tripId: string;
  readonly partition: number;
  readonly fare: number;
}

/** Where that is kept for the check. */
export const NOTE = 'labs:7:spoilt';

export interface CompletedDocument {
  readonly version: number;
  readonly state: Extract<TripState, { status: 'completed' }>;
}

/** Of a trip that has been completed. */
export async function documentOf(
  redis: Redis,
  partition: number,
  tripId: string,
): Promise<CompletedDocument> {
  const [document] = await readDocuments(redis, 'trip', partition, [tripId]);
  return document as CompletedDocument;
}

export async function readNote(redis: Redis): Promise<Spoilt | undefined> {
  const text = await redis.get(NOTE);
  return text === null ? undefined : (JSON.parse(text) as Spoilt);
}
