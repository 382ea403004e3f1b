import { parse as parseUuid, validate, version } from 'uuid';
import { partitionOf } from '../../../platform/kafka/partition-of.ts';
import { deadLetterTopic } from '../../../platform/log/dead-letter.ts';
import { header, parseCause } from '../../../platform/log/headers.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import { topics } from '../../../schemas/topics.ts';
import type { Connection } from './connect.ts';
import { aboutTrip, everyValueOf } from './membership.ts';
import { Problem } from './problem.ts';
import { type Step, tellSteps } from './steps.ts';
import { Sweep, type Window } from './sweep.ts';

/** All that happened on account of one trip. */
export interface Story {
  readonly tripId: string;
  readonly riderId: string | undefined;
  /** Everyone who was offered it. */
  readonly driverIds: readonly string[];
  /** The type of the trip's last event; `undefined` while its request waits to be decided. */
  readonly last: string | undefined;
  readonly ended: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** From the first record to the last, in milliseconds. */
  readonly duration: number;
  readonly steps: readonly Step[];
  /** How many records were looked at to find them. */
  readonly looked: number;
}

/** Clocks of different machines may differ by so much, in milliseconds. */
const SKEW = 5_000;
/** Within so long after a trip's id was made, its request is in Kafka. */
const REQUESTED_WITHIN = 60_000;
/** Within so long after a trip's end, everyone concerned has settled. */
const SETTLED_WITHIN = 60_000;

const ENDS: readonly string[] = [
  'TripCompleted',
  'TripCancelled',
  'TripUnfulfilled',
  'TripRequestRefused',
];

/**
 * Finds every record of a trip over all topics. The id (a UUID of version 7) or its read model says when it
 * began, its last event when it ended, and the keys in which partitions to look: nothing else is read. What comes later than
 * a minute after its end is found only in the trip's own topics, and only if Redis knows of it.
 *
 * Rejects with a {@link Problem} when there is no such trip.
 */
export async function findStory(connection: Connection, tripId: string): Promise<Story> {
  const { inbox, log } = topicsOf('trip');
  await connection.expectTopics([inbox, log]);
  const there = new Set(await connection.inspector.topics());
  const sweep = new Sweep(connection);
  const from = await beginOf(connection, sweep, tripId);
  const { last, endedAt } = await endOf(connection, sweep, tripId, from);
  const settled = endedAt === undefined ? undefined : endedAt + SETTLED_WITHIN;
  const own = { from, to: settled && Math.max(settled, (last ?? 0) + 1) };
  const read = (kind: Kind, keys: readonly string[], window: Window = { from, to: settled }) => {
    const names = topicsOf(kind);
    const wanted = [names.inbox, names.log, names.letters].filter((name) => there.has(name));
    return sweep.read(wanted, keys, window);
  };
  const certain = (
    await Promise.all([read('trip', [tripId], own), read('dispatch', [tripId])])
  ).flat();
  const riderIds = everyValueOf('riderId', certain);
  const driverIds = everyValueOf('driverId', certain);
  const sides = await Promise.all([read('rider', riderIds), read('driver', driverIds)]);
  const records = aboutTrip(tripId, certain, sides.flat());
  const steps = tellSteps(records.map((record) => ({ record, zombie: sweep.isZombie(record) })));
  const events = steps.filter(({ record, void: no }) => record.topic === log && no === undefined);
  return {
    tripId,
    riderId: riderIds[0],
    driverIds,
    last: events.at(-1)?.record.type,
    ended: endedAt !== undefined,
    startedAt: steps[0]?.record.timestamp ?? from,
    duration: Math.max(0, ...steps.map(({ msSinceStart }) => msSinceStart)),
    steps,
    looked: sweep.looked,
  };
}

type Kind = 'trip' | 'rider' | 'driver' | 'dispatch';

function topicsOf(kind: Kind) {
  const inbox = topics[`${kind}Commands`].name;
  return { inbox, log: topics[`${kind}Events`].name, letters: deadLetterTopic(inbox) };
}

/** The time of the trip's first record: that of its request. */
async function beginOf(connection: Connection, sweep: Sweep, tripId: string): Promise<number> {
  const { inbox } = topicsOf('trip');
  const made = validate(tripId) && version(tripId) === 7 ? timeOf(tripId) : undefined;
  const near = made && { from: made - SKEW, to: made + REQUESTED_WITHIN };
  const [first] = near ? await sweep.read([inbox], [tripId], near, () => true) : [];
  if (first !== undefined) return first.timestamp;
  const decided = await requestOf(connection, sweep, tripId);
  if (decided !== undefined) return decided.timestamp;
  // Neither the id nor Redis says when: from the beginning, unless the id has a time at which there is nothing.
  const [any] = near ? [] : await sweep.read([inbox], [tripId], { from: 0 }, () => true);
  if (any !== undefined) return any.timestamp;
  throw new Problem(
    'unknown',
    `There is no trip ${tripId}: nobody requested it${made ? ` at ${new Date(made).toISOString()}` : ''}. \`hail tail trip.commands --type RequestTrip --last 10\` shows some that were.`,
  );
}

/** A UUID of version 7 begins with the milliseconds since 1970 at which it was made. */
function timeOf(uuid: string): number {
  return Buffer.from(parseUuid(uuid)).readUIntBE(0, 6);
}

/** The request, by way of the event that decided it, whose time the read model knows. */
async function requestOf(connection: Connection, sweep: Sweep, tripId: string) {
  const document = await readModelOf(connection, tripId);
  const { requestedAt } = (document?.state ?? {}) as { readonly requestedAt?: number };
  if (requestedAt === undefined) return undefined;
  const window = { from: requestedAt - SKEW };
  const [event] = await sweep.read([topicsOf('trip').log], [tripId], window, () => true);
  const cause = parseCause(event?.headers[header.cause]);
  if (cause === undefined) return undefined;
  const [fetched] = await connection.reader.fetch([cause], 0, 1);
  return fetched?.records[0];
}

async function readModelOf(connection: Connection, tripId: string) {
  const partitions = (await connection.reader.ranges([topicsOf('trip').log])).length;
  return connection.readModels.document('trip', partitionOf(tripId, partitions), tripId);
}

/** When the trip ended, and the time of the latest event that Redis knows of: it may have been rated later. */
async function endOf(connection: Connection, sweep: Sweep, tripId: string, from: number) {
  const known = (await readModelOf(connection, tripId))?.version ?? 0;
  let endedAt: number | undefined;
  const isLast = ({ offset, headers, timestamp }: LogRecord) => {
    const type = headers[header.type] ?? '';
    if (ENDS.some((end) => type.endsWith(`.${end}`))) endedAt ??= timestamp;
    return endedAt !== undefined && offset >= known;
  };
  const events = await sweep.read([topicsOf('trip').log], [tripId], { from }, isLast);
  return { endedAt, last: events.at(-1)?.timestamp };
}
