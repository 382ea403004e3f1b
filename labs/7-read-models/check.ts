import { z } from 'zod';
import { topics } from '../../schemas/topics.ts';
import { claimsIn, isAgain } from '../claims.ts';
import { type Check, need, readAnswers } from '../lab.ts';
import { rebuild, withRedis } from './models.ts';
import { documentOf, readNote } from './spoilt.ts';

export const answers = z.strictObject({
  /** The trip whose document was made wrong, and the fare it should have had, in cents. */
  tripId: z.string(),
  fare: z.int(),
});

export const check: Check = async function* (lab) {
  const partitions = (await lab.connection.reader.ranges([topics.tripEvents.name])).length;
  const wiped = new Set((await claimsIn(lab)).filter(isAgain).map(({ partition }) => partition));
  const lost = `Of ${partitions} trip shards ${wiped.size} have noticed an emptied Redis.`;
  need(wiped.size === partitions, 2, `${lost} Empty it, and give it two seconds.`);
  yield `Redis was emptied, and each of the ${partitions} trip shards was folded anew from its log`;
  const [note, document] = await withRedis(lab.running, async (redis) => {
    const found = await readNote(redis);
    return [found, found && (await documentOf(redis, found.partition, found.tripId))] as const;
  });
  need(note, 3, 'No document has been made wrong since Redis was emptied last.');
  const { tripId, fare } = readAnswers(lab, 4, answers);
  need(tripId === note.tripId, 4, `tripId: the document of ${tripId} was not made wrong.`);
  need(fare === note.fare, 4, `fare: the log does not say ${fare}.`);
  yield `the document of trip ${tripId} was made wrong; its log says ${fare}`;
  need(document?.state.fare.amountMinor === fare, 5, `The document of ${tripId} is still wrong.`);
  for (const service of ['rider', 'trip', 'driver']) {
    const { reports, differing } = await rebuild(lab, service, true);
    const [first] = differing;
    need(
      first === undefined,
      5,
      `${service}: ${differing.length} documents differ from their log: ${first} …`,
    );
    const events = reports.reduce((sum, report) => sum + report.events, 0);
    yield `${service}: the read model equals the fold of its ${events} events`;
  }
};
