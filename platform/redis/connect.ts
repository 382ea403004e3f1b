import { Redis } from 'ioredis';

export { Redis } from 'ioredis';

/** Says when Redis became reachable or went away, once per change. */
export type OnRedisState = (state: 'ready' | 'away', error?: Error) => void;

/**
 * Opens one connection to Redis. While Redis is away commands wait in order and are sent when it is
 * back (also those without an answer, so every script is safe to repeat). With `failAfter`, a command
 * that has had no answer for so many milliseconds rejects instead: for the edge, where someone waits. With
 * `gather`, commands given while others are under way are sent in one write: for what many shards or requests of a process ask.
 */
export function connectRedis(
  url: string,
  name: string,
  onState: OnRedisState = () => {},
  options: { readonly failAfter?: number; readonly gather?: boolean } = {},
): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    noDelay: true,
    enableAutoPipelining: options.gather ?? false,
    ...(options.failAfter === undefined ? {} : { commandTimeout: options.failAfter }),
  });
  let last: 'ready' | 'away' | undefined;
  const say = (state: 'ready' | 'away', error?: Error) => {
    if (state === last) return;
    last = state;
    onState(state, error);
  };
  redis.on('ready', () => say('ready'));
  redis.on('error', (error: Error) => say('away', error));
  redis.on('close', () => say('away'));
  return redis;
}
