import type { StoredDocument } from '../log/ports.ts';
import type { Position } from '../log/position.ts';
import type { Redis } from './connect.ts';
import { parseDocument, shardKeys } from './snapshot-store.ts';

const PAGE = 500;

/** The position that a shard's read model holds; `undefined` when it holds none. */
export async function readPosition(
  redis: Redis,
  kind: string,
  partition: number,
): Promise<Position | undefined> {
  const text = await redis.hget(shardKeys(kind, partition).position, 'position');
  return text === null ? undefined : (JSON.parse(text) as Position);
}

/**
 * All documents of a shard, in pages and in no order. Each is as it was when its page was read; one that
 * is there from beginning to end is delivered at least once (Redis's guarantee for HSCAN).
 */
export async function* scanDocuments(
  redis: Redis,
  kind: string,
  partition: number,
): AsyncGenerator<readonly (readonly [id: string, document: StoredDocument])[]> {
  const { documents } = shardKeys(kind, partition);
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(documents, cursor, 'COUNT', PAGE);
    cursor = next;
    const page: (readonly [string, StoredDocument])[] = [];
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const document = parseDocument(flat[i + 1]);
      if (document !== undefined) page.push([flat[i] as string, document]);
    }
    yield page;
  } while (cursor !== '0');
}

/** Documents of one shard by their ids, in that order; `undefined` where there is none. */
export async function readDocuments(
  redis: Redis,
  kind: string,
  partition: number,
  ids: readonly string[],
): Promise<readonly (StoredDocument | undefined)[]> {
  if (ids.length === 0) return [];
  const found = await redis.hmget(shardKeys(kind, partition).documents, ...ids);
  return found.map(parseDocument);
}
