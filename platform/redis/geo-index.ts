import type { Redis } from './connect.ts';
import { shardKeys } from './snapshot-store.ts';

/** Where something was; times are milliseconds since 1970, coordinates degrees. */
export interface Placement {
  readonly id: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly recordedAt: number;
}

export interface NearestQuestion {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMetres: number;
  readonly limit: number;
  readonly except: readonly string[];
}

export interface Nearby {
  readonly id: string;
  /** Great-circle distance in metres; positions are kept to about half a metre. */
  readonly distanceMetres: number;
}

/**
 * Positions of aggregates, for finding the nearest of those that are in one of the read model's sets.
 * It is only a hint: the aggregates themselves decide.
 */
export interface GeoIndex {
  /** Of several placements of one id the newest counts, whatever their order. */
  place(partition: number, placements: readonly Placement[]): Promise<void>;
  /** Per question the nearest first, at most `limit`. */
  nearest(questions: readonly NearestQuestion[]): Promise<readonly (readonly Nearby[])[]>;
}

// Whoever has not been heard of for ten minutes leaves the index, a hundred at a time.
const PLACE = `
local positions, seen = KEYS[1], KEYS[2]
for i = 2, #ARGV, 4 do
  local id, at = ARGV[i], ARGV[i + 3]
  local last = redis.call('ZSCORE', seen, id)
  if not last or tonumber(last) < tonumber(at) then
    redis.call('GEOADD', positions, ARGV[i + 1], ARGV[i + 2], id)
    redis.call('ZADD', seen, at, id)
  end
end
local gone = redis.call('ZRANGE', seen, '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 100)
if #gone > 0 then
  redis.call('ZREM', seen, unpack(gone))
  redis.call('ZREM', positions, unpack(gone))
end`;

// Looks at few first: most of the nearest are usually in the set. Four times as many each time after.
const NEAREST = `
local positions, seen, members = KEYS[1], KEYS[2], KEYS[3]
local fresh, limit = tonumber(ARGV[5]), tonumber(ARGV[4])
local except = {}
for i = 6, #ARGV do except[ARGV[i]] = true end
local count, looked, found = 16, 0, {}
repeat
  local all = redis.call('GEOSEARCH', positions, 'FROMLONLAT', ARGV[1], ARGV[2],
    'BYRADIUS', ARGV[3], 'm', 'ASC', 'COUNT', count, 'WITHDIST')
  for i = looked + 1, #all do
    local id = all[i][1]
    if not except[id] and redis.call('SISMEMBER', members, id) == 1
      and tonumber(redis.call('ZSCORE', seen, id) or 0) >= fresh then
      found[#found + 1] = id
      found[#found + 1] = all[i][2]
      if #found >= 2 * limit then return found end
    end
  end
  looked = #all
  local more = looked == count
  count = count * 4
until not more
return found`;

/** The keys of one partition of the index, in the same slot as the shard. */
export function geoKeys(kind: string, partition: number) {
  const tag = `{${kind}:${partition}}`;
  return { positions: `${tag}:positions`, located: `${tag}:located` };
}

const FORGET_AFTER = 600_000;

/**
 * @param set the read model's set of the ids that may be found
 * @param freshFor how old a placement may be, in milliseconds
 */
export function createGeoIndex(
  redis: Redis,
  options: {
    readonly kind: string;
    readonly set: string;
    readonly partitions: number;
    readonly freshFor: number;
    readonly now: () => number;
  },
): GeoIndex {
  redis.defineCommand('hailPlace', { numberOfKeys: 2, lua: PLACE });
  redis.defineCommand('hailNearest', { numberOfKeys: 3, lua: NEAREST });
  const script = redis as Redis & {
    hailPlace(...args: (string | number)[]): Promise<null>;
    hailNearest(...args: (string | number)[]): Promise<string[]>;
  };
  const keysOf = (partition: number) => {
    const { positions, located } = geoKeys(options.kind, partition);
    return [positions, located, shardKeys(options.kind, partition).set(options.set)] as const;
  };
  const shards = Array.from({ length: options.partitions }, (_, partition) => keysOf(partition));

  async function search(question: NearestQuestion): Promise<readonly Nearby[]> {
    const { latitude, longitude, radiusMetres, limit, except } = question;
    const fresh = options.now() - options.freshFor;
    const args = [longitude, latitude, radiusMetres, limit, fresh, ...except];
    const found = await Promise.all(shards.map((keys) => script.hailNearest(...keys, ...args)));
    return found
      .flatMap(toNearby)
      .sort((a, b) => a.distanceMetres - b.distanceMetres)
      .slice(0, limit);
  }

  return {
    async place(partition, placements) {
      if (placements.length === 0) return;
      const args = placements.flatMap(({ id, longitude, latitude, recordedAt }) => [
        id,
        longitude,
        latitude,
        recordedAt,
      ]);
      const [positions, seen] = keysOf(partition);
      await script.hailPlace(positions, seen, options.now() - FORGET_AFTER, ...args);
    },
    nearest: (questions) => Promise.all(questions.map(search)),
  };
}

function toNearby(flat: readonly string[]): Nearby[] {
  const nearby: Nearby[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    nearby.push({ id: flat[i] as string, distanceMetres: Number(flat[i + 1]) });
  }
  return nearby;
}
