import type { Redis } from './connect.ts';
import { geoKeys } from './geo-index.ts';

/** Where something was last seen, in degrees; kept to about half a metre. */
export interface Place {
  readonly id: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** Half way round the earth. */
const ANYWHERE_KM = 20_040;

/** Up to `limit` places of one partition of a geo index, in no order, and how many there are. Only reads. */
export async function readPlaces(
  redis: Redis,
  kind: string,
  partition: number,
  limit: number,
): Promise<{ readonly places: readonly Place[]; readonly total: number }> {
  const { positions } = geoKeys(kind, partition);
  const [found, total] = await Promise.all([
    redis.call(
      ...['GEOSEARCH', positions, 'FROMLONLAT', '0', '0', 'BYRADIUS', `${ANYWHERE_KM}`, 'km'],
      ...['COUNT', String(limit), 'ANY', 'WITHCOORD'],
    ) as Promise<[id: string, [longitude: string, latitude: string]][]>,
    redis.zcard(positions),
  ]);
  const places = found.map(([id, [longitude, latitude]]) => ({
    id,
    latitude: Number(latitude),
    longitude: Number(longitude),
  }));
  return { places, total };
}
