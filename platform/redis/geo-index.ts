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

// Few members: each is measured, as Redis measures. Many: those in the circle are looked at, nearest first,
// about as many as it takes to meet enough members; four times as many each time after.
const NEAREST = `
local positions, seen, members = KEYS[1], KEYS[2], KEYS[3]
local fresh, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local all, few = redis.call('SCARD', members), nil
if all == 0 then return {} end
if all <= 64 then
  local ids = redis.call('SMEMBERS', members)
  few = { ids, redis.call('GEOPOS', positions, unpack(ids)), redis.call('ZMSCORE', seen, unpack(ids)) }
end
local share = math.max(1, redis.call('ZCARD', positions) / all)

local function measure(longitude, latitude, radius, except)
  local found = {}
  local here = math.rad(latitude)
  for i, id in ipairs(few[1]) do
    local at = few[2][i]
    if at and not except[id] and tonumber(few[3][i] or 0) >= fresh then
      local there = math.rad(at[2])
      local u, v = math.sin((there - here) / 2), math.sin(math.rad(at[1] - longitude) / 2)
      local metres = 2 * 6372797.560856 * math.asin(math.sqrt(u * u + math.cos(here) * math.cos(there) * v * v))
      if metres <= radius then found[#found + 1] = { id, string.format('%.4f', metres), metres } end
    end
  end
  table.sort(found, function(a, b) return a[3] < b[3] end)
  return found
end

local function search(longitude, latitude, radius, except, excluded)
  local count, looked, found = math.ceil(share * (limit + excluded)) + 8, 0, {}
  repeat
    local near = redis.call('GEOSEARCH', positions, 'FROMLONLAT', longitude, latitude,
      'BYRADIUS', radius, 'm', 'ASC', 'COUNT', count, 'WITHDIST')
    for i = looked + 1, #near do
      local id = near[i][1]
      if not except[id] and redis.call('SISMEMBER', members, id) == 1
        and tonumber(redis.call('ZSCORE', seen, id) or 0) >= fresh then
        found[#found + 1] = near[i]
        if #found >= limit then return found end
      end
    end
    looked = #near
    local more = looked == count
    count = count * 4
  until not more
  return found
end

local answers, i = {}, 3
while ARGV[i] do
  local excluded = tonumber(ARGV[i + 3])
  local except = {}
  for j = i + 4, i + 3 + excluded do except[ARGV[j]] = true end
  local find = few and measure or search
  local found = find(tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), except, excluded)
  local flat = {}
  for j = 1, math.min(limit, #found) do
    flat[2 * j - 1], flat[2 * j] = found[j][1], found[j][2]
  end
  answers[#answers + 1] = flat
  i = i + 4 + excluded
end
return answers`;

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
    hailNearest(...args: (string | number)[]): Promise<string[][]>;
  };
  const keysOf = (partition: number) => {
    const { positions, located } = geoKeys(options.kind, partition);
    return [positions, located, shardKeys(options.kind, partition).set(options.set)] as const;
  };
  const shards = Array.from({ length: options.partitions }, (_, partition) => keysOf(partition));

  async function nearest(questions: readonly NearestQuestion[]) {
    const fresh = options.now() - options.freshFor;
    const most = Math.max(...questions.map(({ limit }) => limit));
    const args = questions.flatMap(({ latitude, longitude, radiusMetres, except }) => {
      return [longitude, latitude, radiusMetres, except.length, ...except];
    });
    const found = await Promise.all(
      shards.map((keys) => script.hailNearest(...keys, fresh, most, ...args)),
    );
    return questions.map(({ limit }, i) =>
      found
        .flatMap((answers) => toNearby(answers[i] ?? []))
        .sort((a, b) => a.distanceMetres - b.distanceMetres)
        .slice(0, limit),
    );
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
    nearest: async (questions) => (questions.length === 0 ? [] : nearest(questions)),
  };
}

function toNearby(flat: readonly string[]): Nearby[] {
  const nearby: Nearby[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    nearby.push({ id: flat[i] as string, distanceMetres: Number(flat[i + 1]) });
  }
  return nearby;
}
