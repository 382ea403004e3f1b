import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { scanDocuments } from '../../platform/redis/documents.ts';
import { shardKeys } from '../../platform/redis/snapshot-store.ts';
import { topics } from '../../schemas/topics.ts';
import type { TripState } from '../../services/trip/trip.ts';
import type { Lab } from '../lab.ts';
import { withRedis } from './models.ts';
import { documentOf, NOTE, type Spoilt } from './spoilt.ts';

/** Ten more of whatever a fare is in: cents. */
const TOO_MUCH = 1_000;

/** Writes a wrong fare into the document of one completed trip, as a bug or a hand might, and does not say which. */
export async function spoil(
  { running, connection }: Lab,
  say: (text: string) => void,
): Promise<void> {
  const partitions = (await connection.reader.ranges([topics.tripEvents.name])).length;
  await withRedis(running, async (redis) => {
    const completed: string[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      for await (const page of scanDocuments(redis, 'trip', partition)) {
        for (const [id, { state }] of page) {
          if ((state as TripState).status === 'completed') completed.push(id);
        }
      }
    }
    const tripId = completed[Math.floor(Math.random() * completed.length)];
    if (tripId === undefined) throw new Error('No trip has been completed: `npm run lab -- trip`');
    const partition = partitionOf(tripId, partitions);
    const document = await documentOf(redis, partition, tripId);
    const { fare } = document.state;
    const state = {
      ...document.state,
      fare: { ...fare, amountMinor: fare.amountMinor + TOO_MUCH },
    };
    const spoilt: Spoilt = { tripId, partition, fare: fare.amountMinor };
    await redis
      .multi()
      .hset(shardKeys('trip', partition).documents, tripId, JSON.stringify({ ...document, state }))
      .set(NOTE, JSON.stringify(spoilt))
      .exec();
    say(`One of ${completed.length} completed trips now has a fare that its log knows nothing of.`);
  });
}
