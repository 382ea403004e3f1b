import type { StoredDocument } from '../../../platform/log/ports.ts';
import type { LogPosition } from '../../../platform/log/position.ts';
import { connectRedis, type Redis } from '../../../platform/redis/connect.ts';
import { createLogPositions } from '../../../platform/redis/log-positions.ts';
import { createSnapshotStore } from '../../../platform/redis/snapshot-store.ts';

/** What Redis knows. `undefined` also when there is no Redis or it does not answer: it is only a help. */
export interface ReadModels {
  /** An aggregate's state, and as `version` the log offset of its last event. */
  document(kind: string, partition: number, id: string): Promise<StoredDocument | undefined>;
  /** How far a follower of logs, such as `notification`, has read one of them. */
  followed(follower: string, log: string, partition: number): Promise<LogPosition | undefined>;
  close(): void;
}

const ANSWERS_WITHIN = 500;

/** Connects at the first question. */
export function createReadModels(url: string | undefined): ReadModels {
  let redis: Redis | undefined;
  const ask = async <T>(question: (redis: Redis) => Promise<T>): Promise<T | undefined> => {
    if (url === undefined) return undefined;
    redis ??= connectRedis(url, 'hail-console', undefined, { failAfter: ANSWERS_WITHIN });
    return question(redis).catch(() => undefined);
  };
  return {
    async document(kind, partition, id) {
      const found = await ask((redis) => createSnapshotStore(redis, kind, partition).load([id]));
      return found?.documents[0];
    },
    followed: (follower, log, partition) =>
      ask((redis) => createLogPositions(redis, follower).load(log, partition)),
    close: () => redis?.disconnect(),
  };
}
