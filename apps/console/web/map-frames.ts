import { UnavailableError } from '../../../platform/messaging/ports.ts';
import type { Redis } from '../../../platform/redis/connect.ts';
import { readPlaces } from '../../../platform/redis/places.ts';
import { createSnapshotStore } from '../../../platform/redis/snapshot-store.ts';
import { driverAggregate } from '../../../services/driver/driver/aggregate.ts';
import type { DriverState } from '../../../services/driver/driver/driver.ts';
import { positionOf, SIDE } from '../../simulator/grid.ts';
import type { DriverOnMap, Grid, MapFrame } from './shapes.ts';
import type { TripBoard } from './trip-board.ts';

/** Drivers that are sent per frame, at most; of more a sample is. */
const MOST_DRIVERS = 2_000;
const MOST_TRIPS = 500;
/** A trip that has ended is still shown so long, in milliseconds. */
const ENDED_FOR = 6_000;

const grid: Grid = {
  southWest: positionOf({ east: 0, north: 0 }),
  northEast: positionOf({ east: SIDE, north: SIDE }),
  blocks: SIDE,
};

/** Where drivers and trips are now. Rejects when Redis is away. */
export async function mapFrame(
  redis: Redis,
  partitions: number,
  board: TripBoard,
): Promise<MapFrame> {
  const shards = Array.from({ length: partitions }, (_, partition) =>
    driversOf(redis, partition, Math.ceil(MOST_DRIVERS / partitions)),
  );
  const found = await Promise.all(shards).catch((cause: unknown) => {
    throw new UnavailableError('redis', 'Redis cannot be reached', { cause });
  });
  const at = Date.now();
  return {
    at,
    grid,
    drivers: found.flatMap(({ drivers }) => drivers),
    driversTotal: found.reduce((all, { total }) => all + total, 0),
    trips: board.underWay(at - ENDED_FOR).slice(-MOST_TRIPS),
  };
}

/** The drivers of one shard who are on duty. */
async function driversOf(redis: Redis, partition: number, limit: number) {
  const { kind } = driverAggregate;
  const { places, total } = await readPlaces(redis, kind, partition, limit);
  const store = createSnapshotStore(redis, kind, partition);
  const { documents } = await store.load(places.map(({ id }) => id));
  const drivers = places.flatMap((place, i): DriverOnMap[] => {
    const state = documents[i]?.state as DriverState | undefined;
    if (state === undefined || state.status === 'offline' || state.status === 'unregistered')
      return [];
    const tripId =
      'offer' in state ? state.offer.tripId : 'tripId' in state ? state.tripId : undefined;
    return [{ ...place, status: state.status, ...(tripId !== undefined && { tripId }) }];
  });
  return { drivers, total: total > places.length ? total : drivers.length };
}
