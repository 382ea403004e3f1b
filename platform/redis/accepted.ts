import { UnavailableError } from '../messaging/ports.ts';
import type { Redis } from './connect.ts';

/** How long an acceptance is remembered, in seconds: by then its first event is long projected. */
const expiry = 24 * 60 * 60;

/** The key of what was accepted under an id. */
export const acceptedKey = (id: string): string => `hail:accepted:${id}`;

/**
 * Remembers what the edge has accepted. `remember` writes once and overwrites; both reject with
 * `UnavailableError` when Redis is away (give the connection a `failAfter`).
 */
export function createAccepted(redis: Redis): {
  remember(id: string, body: object): Promise<void>;
  find(id: string): Promise<object | undefined>;
} {
  const away = (cause: unknown): never => {
    throw new UnavailableError('redis', 'Redis does not answer', { cause });
  };
  return {
    async remember(id, body) {
      await redis.set(acceptedKey(id), JSON.stringify(body), 'EX', expiry).catch(away);
    },
    async find(id) {
      const text = await redis.get(acceptedKey(id)).catch(away);
      return text === null ? undefined : (JSON.parse(text) as object);
    },
  };
}
