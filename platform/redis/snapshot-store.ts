import type { Change, SnapshotStore, StoredDocument } from '../log/ports.ts';
import type { Position } from '../log/position.ts';
import type { Redis } from './connect.ts';

export type ShardKeys = ReturnType<typeof shardKeys>;

/**
 * The Redis keys of one shard: of the model that is in use, or of the `next` one, that is being built
 * beside it. The tag in braces keeps them in one slot of a cluster.
 */
export function shardKeys(kind: string, partition: number, model: 'living' | 'next' = 'living') {
  const tag = `{${kind}:${partition}}${model === 'next' ? ':next' : ''}`;
  return {
    position: `${tag}:position`,
    documents: `${tag}:documents`,
    deadlines: `${tag}:deadlines`,
    /** A set of aggregate ids, such as the drivers that are `available`. */
    set: (name: string) => `${tag}:set:${name}`,
    /** Pub/sub channel: with every snapshot a JSON array of the ids of the documents that changed. */
    changes: `${tag}:changes`,
  };
}

const OPEN = `
redis.call('HSET', KEYS[1], 'building', '1')
return { redis.call('HGET', KEYS[1], 'position'), redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES') }`;

const LOAD = `
local found = {}
if #ARGV > 0 then found = redis.call('HMGET', KEYS[2], unpack(ARGV)) end
return { redis.call('HGET', KEYS[1], 'offset'), found }`;

// A retried call finds its own result: stored equal to next counts as applied. What OPEN has noted may be lost by now.
const APPLY = `
local position, documents, deadlines, channel = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local base, nextOffset = ARGV[1], ARGV[2]
local stored = redis.call('HGET', position, 'offset') or ''
if stored ~= base then
  if stored ~= '' and stored == nextOffset then return 'applied' end
  if stored ~= '' and (base == '' or tonumber(stored) > tonumber(base)) then return 'ahead' end
  return 'lost'
end
redis.call('HSET', position, 'offset', nextOffset, 'position', ARGV[3])
if ARGV[4] == '1' then redis.call('HDEL', position, 'building')
else redis.call('HSET', position, 'building', '1') end
local changed, i = {}, 5
while ARGV[i] do
  local id = ARGV[i]
  changed[#changed + 1] = id
  redis.call('HSET', documents, id, ARGV[i + 1])
  if ARGV[i + 2] == '-' then redis.call('ZREM', deadlines, id)
  elseif ARGV[i + 2] ~= '' then redis.call('ZADD', deadlines, ARGV[i + 2], id) end
  local moves = tonumber(ARGV[i + 3])
  i = i + 4
  for _ = 1, moves do
    redis.call(ARGV[i], ARGV[i + 1], id)
    i = i + 2
  end
end
if #changed > 0 then redis.call('PUBLISH', channel, cjson.encode(changed)) end
return 'applied'`;

/**
 * A document as it stands in Redis: `{"version":<log offset>,"state":<state>}`.
 */
export function parseDocument(text: string | null | undefined): StoredDocument | undefined {
  return text == null ? undefined : (JSON.parse(text) as StoredDocument);
}

/** The snapshot of one shard: read model, deadlines and position, guarded by the position. */
export function createSnapshotStore(
  redis: Redis,
  kind: string,
  partition: number,
  keys: ShardKeys = shardKeys(kind, partition),
): SnapshotStore {
  const script = defineScripts(redis);
  return {
    async open() {
      const [position, flat] = await script.hailOpen(keys.position, keys.deadlines);
      const deadlines: (readonly [string, number])[] = [];
      for (let i = 0; i + 1 < flat.length; i += 2) {
        deadlines.push([flat[i] as string, Number(flat[i + 1])]);
      }
      return {
        position: position === null ? undefined : (JSON.parse(position) as Position),
        deadlines,
      };
    },

    async load(ids) {
      const [offset, found] = await script.hailLoad(keys.position, keys.documents, ...ids);
      return {
        offset: offset === null ? undefined : Number(offset),
        documents: ids.map((_, i) => parseDocument(found[i])),
      };
    },

    async apply(base, next, changes, complete) {
      const args: string[] = [
        base === undefined ? '' : String(base),
        String(next.offset),
        JSON.stringify(next),
        complete ? '1' : '0',
      ];
      for (const change of changes) pushChange(args, change, keys.set);
      return script.hailApply(keys.position, keys.documents, keys.deadlines, keys.changes, ...args);
    },
  };
}

function pushChange(args: string[], change: Change, set: (name: string) => string): void {
  const { id, version, state, deadline, joins, leaves } = change;
  args.push(
    id,
    `{"version":${version},"state":${JSON.stringify(state)}}`,
    deadline === undefined ? '' : deadline === null ? '-' : String(deadline),
    String(joins.length + leaves.length),
  );
  for (const name of joins) args.push('SADD', set(name));
  for (const name of leaves) args.push('SREM', set(name));
}

interface Scripts {
  hailOpen(position: string, deadlines: string): Promise<[string | null, string[]]>;
  hailLoad(...keysAndIds: string[]): Promise<[string | null, (string | null)[]]>;
  hailApply(...keysAndArguments: string[]): Promise<'applied' | 'ahead' | 'lost'>;
}

function defineScripts(redis: Redis): Scripts {
  const known = redis as Redis & Partial<Scripts>;
  if (known.hailApply === undefined) {
    redis.defineCommand('hailOpen', { numberOfKeys: 2, lua: OPEN });
    redis.defineCommand('hailLoad', { numberOfKeys: 2, lua: LOAD });
    redis.defineCommand('hailApply', { numberOfKeys: 4, lua: APPLY });
  }
  return redis as Redis & Scripts;
}
