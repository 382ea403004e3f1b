import type { Origin } from '../messaging/message.ts';
import { UnavailableError } from '../messaging/ports.ts';
import type { Redis } from './connect.ts';
import { appendScript } from './feed.lua.ts';

/** A notification in a feed. */
export interface FeedEntry {
  /** Grows along the feed, also over a loss of Redis. Not consecutive. */
  readonly n: number;
  /** The number of the entry before it (0: none), so that a reader notices a gap. */
  readonly prev: number;
  readonly type: string;
  /** JSON, in one line. */
  readonly data: string;
}

/** A notification on its way into a feed. */
export interface NewEntry {
  /** The event it comes from; `index` tells apart several from one event to one recipient. */
  readonly origin: Origin;
  readonly type: string;
  readonly data: object;
}

/**
 * About how many entries a feed keeps; older ones go. Some 25 trips: what somebody missed in a day. All there ever was stands in
 * the logs.
 */
export const feedLength = 250;

/** The channel on which a recipient's new entries are published. */
export const liveChannel = (recipient: string): string => `{feed:${recipient}}:live`;
/** The stream of a recipient's entries. */
export const streamKey = (recipient: string): string => `{feed:${recipient}}:stream`;
/** A hash: the number of the newest entry, and per source partition the highest origin taken. */
export const stateKey = (recipient: string): string => `{feed:${recipient}}:state`;

/** The feeds: one Redis stream per recipient, whose entries are also published as they come. */
export interface Feed {
  /**
   * Appends entries to the feeds of their recipients, in order per recipient, and resolves when all
   * are in. Each feed keeps the highest origin per source partition and drops what is not higher, so
   * delivering again is harmless. Order is required per source partition. Resolves with the number
   * of new entries.
   */
  append(entries: ReadonlyMap<string, readonly NewEntry[]>): Promise<number>;
  /** Up to `limit` kept entries after number `after` (0: from the oldest kept), oldest first. */
  read(recipient: string, after: number, limit: number): Promise<readonly FeedEntry[]>;
  /** The number of the newest entry, 0 if there is none. */
  latest(recipient: string): Promise<number>;
}

/** All methods reject with `UnavailableError` when Redis fails (or, with `failAfter`, gives no answer). */
export function createFeed(redis: Redis): Feed {
  redis.defineCommand('hailFeedAppend', { lua: appendScript, numberOfKeys: 2 });
  const away = (cause: unknown): never => {
    throw new UnavailableError('redis', 'Redis does not answer', { cause });
  };
  return {
    async append(entries) {
      const pipeline = redis.pipeline() as ReturnType<Redis['pipeline']> & {
        hailFeedAppend(...args: (string | number)[]): unknown;
      };
      for (const [recipient, list] of entries) {
        const args = list.flatMap(({ origin, type, data }) => [
          `${origin.topic}/${origin.partition}`,
          origin.offset,
          origin.index,
          type,
          JSON.stringify(data),
        ]);
        const channel = liveChannel(recipient);
        const keys = [streamKey(recipient), stateKey(recipient)];
        pipeline.hailFeedAppend(...keys, channel, feedLength, ...args);
      }
      const results = (await pipeline.exec().catch(away)) ?? [];
      let count = 0;
      for (const [error, added] of results) {
        if (error) away(error);
        count += Number(added);
      }
      return count;
    },
    async read(recipient, after, limit) {
      const entries = await redis
        .xrange(streamKey(recipient), `(${after}-0`, '+', 'COUNT', limit)
        .catch(away);
      return entries.map(([id, fields]) => ({
        n: Number.parseInt(id, 10),
        prev: Number(fields[1]),
        type: fields[3] ?? '',
        data: fields[5] ?? '',
      }));
    },
    async latest(recipient) {
      return Number((await redis.hget(stateKey(recipient), 'n').catch(away)) ?? 0);
    },
  };
}
