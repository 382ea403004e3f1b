import { partitionOf } from '../../../platform/kafka/partition-of.ts';
import { topics } from '../../../schemas/topics.ts';
import { check } from '../../7-read-models/check.ts';
import { rebuild, withRedis } from '../../7-read-models/models.ts';
import { spoil } from '../../7-read-models/spoil.ts';
import { documentOf } from '../../7-read-models/spoilt.ts';
import { claimsIn, isAgain, untilClaims } from '../../claims.ts';
import { emptyRedis } from '../../empty-redis.ts';
import { type Solve, writeAnswers } from '../../lab.ts';
import { takeTrip } from '../../take-trip.ts';
import { untilPasses } from '../../until-passes.ts';

export const solve: Solve = async (lab) => {
  const { connection, running } = lab;
  await takeTrip(running.url);
  const partitions = (await connection.reader.ranges([topics.tripEvents.name])).length;
  const known = new Set((await claimsIn(lab)).map(({ place }) => place));
  await emptyRedis(running);
  await untilClaims(lab, (claims) => {
    const fresh = claims.filter((claim) => !known.has(claim.place) && isAgain(claim));
    return new Set(fresh.map(({ partition }) => partition)).size === partitions || undefined;
  });
  await takeTrip(running.url);
  await spoil(lab, () => {});
  const [tripId = ''] = (await rebuild(lab, 'trip', true)).differing;
  await rebuild(lab, 'trip', false);
  const document = await withRedis(running, (redis) =>
    documentOf(redis, partitionOf(tripId, partitions), tripId),
  );
  writeAnswers(lab, { tripId, fare: document.state.fare.amountMinor });
  // A shard with nothing to do notices within two seconds that its model is gone.
  await untilPasses(check, lab);
  return async () => {};
};
