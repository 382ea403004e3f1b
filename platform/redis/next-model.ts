import type { SnapshotStore, StoredDocument } from '../log/ports.ts';
import type { Position } from '../log/position.ts';
import type { Redis } from './connect.ts';
import { readPosition } from './documents.ts';
import { createSnapshotStore, parseDocument, shardKeys } from './snapshot-store.ts';

export type WhichModel = 'living' | 'next';

/** All that a shard's model holds about one aggregate, as of one moment. */
export interface View {
  readonly document: StoredDocument | undefined;
  /** Milliseconds since 1970. */
  readonly deadline: number | undefined;
  readonly sets: readonly string[];
}

/**
 * What becomes of the living position at the switch-over:
 *
 * - `keep`: it stays as it is; the owner notices nothing.
 * - a position: an earlier one; the owner finds it lower than what it has stored, drops what it remembers
 *   and folds from there.
 * - `drop`: none any more; the owner folds from the beginning, on documents that are there already.
 */
export type PositionAfter = 'keep' | 'drop' | Position;

/**
 * - `moved`: the living model is not where it was expected; nothing was changed.
 * - `gone`: the next model is not the one that was built; nothing was changed.
 */
export interface SwitchOver {
  readonly result: 'switched' | 'moved' | 'gone';
  /** The living position just before. */
  readonly living: Position | undefined;
}

/** A shard's read model that is being built beside the living one, to take its place. */
export interface NextModel {
  /** Its documents, deadlines, sets and position. */
  readonly store: SnapshotStore;
  /** Removes it, as far as it is there. */
  clear(): Promise<void>;
  livingPosition(): Promise<Position | undefined>;
  /** The names of the sets that the living model has now. */
  livingSets(): Promise<readonly string[]>;
  /** The ids that a model has anything about, in pages, in no order; some may come twice. */
  ids(of: WhichModel, sets: readonly string[]): AsyncGenerator<readonly string[]>;
  /** What a model holds about these, in one atomic read. */
  views(of: WhichModel, ids: readonly string[], sets: readonly string[]): Promise<readonly View[]>;
  /**
   * Puts the next model, built to offset `built`, in the place of the living one: documents, deadlines
   * and these sets, at once, if the living position has the offset `living` (`undefined`: there is none;
   * `later`: any that is not before `built`).
   */
  switchOver(
    living: number | 'later' | undefined,
    built: number,
    after: PositionAfter,
    sets: readonly string[],
  ): Promise<SwitchOver>;
}

const PAGE = 500;

// KEYS: both positions, then living and next of each key that changes places.
const SWITCH = `
local position = KEYS[1]
local living, expected, built = redis.call('HGET', position, 'offset') or '', ARGV[1], ARGV[2]
local text = redis.call('HGET', position, 'position')
if redis.call('HGET', KEYS[2], 'offset') ~= built then return { 'gone', text } end
if expected == 'later' then
  if living == '' or tonumber(living) < tonumber(built) then return { 'moved', text } end
elseif living ~= expected then return { 'moved', text } end
for i = 3, #KEYS, 2 do
  redis.call('UNLINK', KEYS[i])
  if redis.call('EXISTS', KEYS[i + 1]) == 1 then redis.call('RENAME', KEYS[i + 1], KEYS[i]) end
end
redis.call('UNLINK', KEYS[2])
if ARGV[3] == 'drop' then redis.call('UNLINK', position)
elseif ARGV[3] ~= 'keep' then redis.call('HSET', position, 'offset', ARGV[3], 'position', ARGV[4]) end
return { 'switched', text }`;

export function createNextModel(redis: Redis, kind: string, partition: number): NextModel {
  const keys = {
    living: shardKeys(kind, partition),
    next: shardKeys(kind, partition, 'next'),
  };

  async function namesOf(of: WhichModel): Promise<string[]> {
    const prefix = keys[of].set('');
    const names: string[] = [];
    for await (const found of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      names.push(...(found as string[]).map((key) => key.slice(prefix.length)));
    }
    return names;
  }

  return {
    store: createSnapshotStore(redis, kind, partition, keys.next),
    livingPosition: () => readPosition(redis, kind, partition),
    livingSets: () => namesOf('living'),

    async clear() {
      const { position, documents, deadlines, set } = keys.next;
      const sets = (await namesOf('next')).map(set);
      await redis.unlink(position, documents, deadlines, ...sets);
    },

    async *ids(of, sets) {
      const { documents, deadlines, set } = keys[of];
      const hashLike = [
        redis.hscanStream(documents, { count: PAGE }),
        redis.zscanStream(deadlines, { count: PAGE }),
      ];
      for (const stream of hashLike) {
        for await (const flat of stream) yield (flat as string[]).filter((_, i) => i % 2 === 0);
      }
      for (const name of sets) {
        for await (const ids of redis.sscanStream(set(name), { count: PAGE })) {
          yield ids as string[];
        }
      }
    },

    async views(of, ids, sets) {
      if (ids.length === 0) return [];
      const { documents, deadlines, set } = keys[of];
      const reading = redis.multi().hmget(documents, ...ids);
      reading.zmscore(deadlines, [...ids]);
      for (const name of sets) reading.smismember(set(name), ...ids);
      const results = (await reading.exec()) ?? [];
      const failed = results.find(([error]) => error !== null)?.[0];
      if (failed) throw failed;
      const [texts, scores, ...members] = results.map(([, value]) => value as unknown[]);
      return ids.map((_, i) => {
        const score = scores?.[i];
        return {
          document: parseDocument(texts?.[i] as string | null),
          deadline: score == null ? undefined : Number(score),
          sets: sets.filter((_name, s) => members[s]?.[i] === 1),
        };
      });
    },

    async switchOver(living, built, after, sets) {
      const pairs = (['documents', 'deadlines'] as const).map((key) => [
        keys.living[key],
        keys.next[key],
      ]);
      for (const name of sets) pairs.push([keys.living.set(name), keys.next.set(name)]);
      const all = [keys.living.position, keys.next.position, ...pairs.flat()];
      const [offset, text] =
        typeof after === 'string' ? [after, ''] : [String(after.offset), JSON.stringify(after)];
      const expected = living === undefined ? '' : String(living);
      const answer = await redis.eval(
        SWITCH,
        all.length,
        ...all,
        expected,
        String(built),
        offset,
        text,
      );
      const [result, was] = answer as [SwitchOver['result'], string | null];
      return { result, living: was === null ? undefined : (JSON.parse(was) as Position) };
    },
  };
}
