import type { LogPositions } from '../log/follower.ts';
import type { LogPosition } from '../log/position.ts';
import type { Redis } from './connect.ts';

/** The key of a follower's positions: a hash by log. */
export const logPositionsKey = (name: string, partition: number): string =>
  `{${name}:${partition}}:positions`;

/** Where a follower of logs stands, in one hash per partition number: `{<name>:p}:positions`. */
export function createLogPositions(redis: Redis, name: string): LogPositions {
  const key = (partition: number) => logPositionsKey(name, partition);
  return {
    async load(topic, partition) {
      const text = await redis.hget(key(partition), topic);
      return text === null ? undefined : (JSON.parse(text) as LogPosition);
    },
    async store(topic, partition, position) {
      // 1: a field was added, so there was none before.
      return (await redis.hset(key(partition), topic, JSON.stringify(position))) === 0;
    },
  };
}
