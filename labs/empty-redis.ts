import type { Addresses } from '../infra/backends/types.ts';
import { connectRedis } from '../platform/redis/connect.ts';

/** Deletes all keys, as `redis-cli flushall` does. */
export async function emptyRedis({ redisUrl }: Addresses): Promise<void> {
  const redis = connectRedis(redisUrl, 'hail-labs');
  await redis.flushall();
  redis.disconnect();
}
