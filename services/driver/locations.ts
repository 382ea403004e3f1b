import { readStream } from '../../platform/kafka/stream.ts';
import { deadLetter, deadLetterTopic } from '../../platform/log/dead-letter.ts';
import { receive } from '../../platform/log/envelope.ts';
import type { LogRecord } from '../../platform/log/ports.ts';
import { createGeoIndex, type Placement } from '../../platform/redis/geo-index.ts';
import type { Service } from '../../platform/service/service.ts';
import type { DriverStream } from '../../schemas/messages.gen.ts';
import { topics } from '../../schemas/topics.ts';
import type { Candidate, CandidatesQuestion } from './dispatch/candidates.ts';
import { AVAILABLE, driverAggregate } from './driver/aggregate.ts';

/** A driver who has not said for so long where they are is not asked, in milliseconds. */
const FRESH_FOR = 30_000;
/** Locations are passed over while Redis takes longer than this: the next ones are on their way. */
const FAIL_AFTER = 2_000;
/** How many more to look at where several trips look at once. */
const SPARE = 12;
/** The consumer group; another name would read the kept locations again. */
export const GROUP = 'hail.locations';
const topic = topics.driverLocations.name;

/**
 * Keeps the index of where drivers are, from the stream of their locations, and finds candidates in
 * it. The index only suggests; each driver's own shard grants or refuses an offer.
 */
export async function addLocations(
  service: Service,
): Promise<
  (questions: readonly CandidatesQuestion[]) => Promise<readonly (readonly Candidate[])[]>
> {
  const { logger, codec, partitions, writer } = service;
  const index = createGeoIndex(service.connectRedis('locations', FAIL_AFTER), {
    kind: driverAggregate.kind,
    set: AVAILABLE,
    partitions,
    freshFor: FRESH_FOR,
    now: Date.now,
  });
  const placed = service.metrics.counter('hail_locations_total', 'Locations taken into the index.');

  async function place(partition: number, records: readonly LogRecord[]): Promise<void> {
    const newest = new Map<string, Placement>();
    for (const record of records) {
      try {
        const { data } = await receive<DriverStream>(codec, record);
        const { driverId: id, position, recordedAt } = data;
        if ((newest.get(id)?.recordedAt ?? 0) <= recordedAt)
          newest.set(id, { id, ...position, recordedAt });
      } catch (err) {
        logger.error({ err, topic, partition, offset: record.offset }, 'sets a location aside');
        const letter = deadLetter(record, GROUP, (err as Error).message, Date.now());
        await writer.append(deadLetterTopic(topic), partition, [letter]);
      }
    }
    await index.place(partition, [...newest.values()]);
    placed.inc(records.length);
  }

  const stream = await readStream(
    service.kafka,
    { groupId: GROUP, topic, predecessors: service.environment.predecessors },
    (partition, records) =>
      place(partition, records).catch((err: unknown) => {
        logger.warn({ err, partition, locations: records.length }, 'passes locations over');
      }),
    service.fail,
  );
  service.onStop(() => stream.close());

  return async (questions) => {
    const found = await index.nearest(
      questions.map(({ near, radiusMetres, limit, excludedDriverIds: except }) => ({
        ...near,
        radiusMetres,
        limit: limit + Math.min(questions.length - 1, SPARE),
        except,
      })),
    );
    return spread(
      found.map((nearby) =>
        nearby.map(({ id: driverId, distanceMetres }) => ({ driverId, distanceMetres })),
      ),
      questions,
    );
  };
}

/** Trips that look for drivers at the same moment do not ask the same ones: who goes away empty looks again soon. */
function spread(
  found: readonly (readonly Candidate[])[],
  questions: readonly CandidatesQuestion[],
): readonly (readonly Candidate[])[] {
  const taken = new Set<string>();
  return questions.map(({ limit }, i) => {
    const free = (found[i] ?? []).filter(({ driverId }) => !taken.has(driverId));
    const chosen = free.slice(0, limit);
    for (const { driverId } of chosen) taken.add(driverId);
    return chosen;
  });
}
