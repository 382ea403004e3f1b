import { auditSystem } from '../../apps/audit/audit-system.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { readDocuments } from '../../platform/redis/documents.ts';
import { withRedis } from '../7-read-models/models.ts';
import { type Check, type Lab, need } from '../lab.ts';
import type { RatingEvent, RatingState } from './messages.ts';
import { ratingTopics, tripEvents } from './topics.ts';
import { validEvents } from './valid-events.ts';

interface Rated {
  readonly driverId: string;
  readonly tripId: string;
  readonly stars: number;
}

export const check: Check = async function* (lab) {
  const { connection, running } = lab;
  const topics = await connection.inspector.topics();
  for (const { name } of Object.values(ratingTopics)) {
    need(topics.includes(name), 6, `There is no topic ${name}: the service has not been started.`);
  }
  const groups = await connection.inspector.groups();
  for (const name of ['hail.review', 'hail.rating']) {
    const members = groups.find(({ group }) => group === name)?.members ?? [];
    need(members.length > 0, 6, `Nobody is in the group ${name}: the service is not running.`);
    yield `${name} has ${members.length} member(s)`;
  }
  const wanted = await ratedTrips(lab);
  need(wanted.length > 0, 7, 'No rider has rated a trip: `npm run lab -- trip 5`');
  const counted = await validEvents(lab, ratingTopics.ratingEvents.name, ['DriverRated']);
  const events = counted.map(({ data }) => data as RatingEvent['data']);
  for (const { tripId, driverId, stars } of wanted) {
    const own = events.filter((event) => event.tripId === tripId);
    need(
      own.length > 0,
      3,
      `Trip ${tripId} was rated, and rating.events has no DriverRated of it.`,
    );
    need(own.length === 1, 5, `Trip ${tripId} was counted ${own.length} times.`);
    const [event] = own;
    const right = event?.driverId === driverId && event.stars === stars;
    need(right, 4, `Trip ${tripId} was not counted for ${driverId} with ${stars} stars.`);
  }
  need(events.length === wanted.length, 5, 'DriverRated of trips that no rider rated.');
  yield `each of the ${wanted.length} trips that riders rated was counted once, for its driver`;
  const averages = Map.groupBy(wanted, ({ driverId }) => driverId);
  for (const [driverId, ratings] of averages) {
    const sum = ratings.reduce((total, { stars }) => total + stars, 0);
    const own = events.filter((event) => event.driverId === driverId);
    own.reduce(
      (before, { count, sum: after, stars }) => {
        need(
          count === before.count + 1,
          5,
          `${driverId}: a DriverRated says ${count} after ${before.count}.`,
        );
        need(
          after === before.sum + stars,
          5,
          `${driverId}: a DriverRated has a sum that is wrong.`,
        );
        return { count, sum: after };
      },
      { count: 0, sum: 0 },
    );
    const document = await documentOf(lab, driverId);
    const right = document?.count === ratings.length && document.sum === sum;
    need(right, 5, `The document of ${driverId} is ${JSON.stringify(document)}; evolve makes it.`);
  }
  yield `the read model has the right averages of ${averages.size} drivers`;
  const { violations } = (await auditSystem(running, { quiet: false })).figures;
  need(
    violations === 0,
    7,
    `The audit found ${violations} violations; \`npm run audit\` names them.`,
  );
  yield 'the other services keep their promises';
};

/** What riders said, by the log of trips. */
async function ratedTrips(lab: Lab): Promise<readonly Rated[]> {
  const events = await validEvents(lab, tripEvents, ['TripCompleted', 'TripRated']);
  const drivers = new Map<string, string>();
  const rated: Rated[] = [];
  for (const { type, data } of events) {
    const { tripId, driverId, by, stars } = data as Rated & { readonly by?: string };
    if (type === 'TripCompleted') drivers.set(tripId, driverId);
    else if (by === 'RIDER') rated.push({ tripId, driverId: drivers.get(tripId) ?? '', stars });
  }
  return rated;
}

async function documentOf({ running, connection }: Lab, driverId: string) {
  const log = ratingTopics.ratingEvents.name;
  const partition = partitionOf(driverId, (await connection.reader.ranges([log])).length);
  const [document] = await withRedis(running, (redis) =>
    readDocuments(redis, 'rating', partition, [driverId]),
  );
  return document?.state as RatingState | undefined;
}
