import { type ReadModel, UnavailableError, type Versioned } from '../messaging/ports.ts';
import type { Redis } from './connect.ts';
import { parseDocument, shardKeys } from './snapshot-store.ts';

export interface ClosableReadModel<S> extends ReadModel<S> {
  close(): void;
}

/**
 * Reads the documents that a service keeps of one kind of aggregate. Waiting costs no polling: the
 * snapshot publishes the id of every document that it changes.
 *
 * @param redis fails commands soon when Redis is away (`connectRedis` with `failAfter`)
 * @param partitionOf the partition of an aggregate id
 */
export function createReadModel<S>(
  redis: Redis,
  kind: string,
  partitionOf: (id: string) => number,
): ClosableReadModel<S> {
  const waiting = new Map<string, Set<() => void>>();
  const listener = redis.duplicate({ connectionName: `${kind}-changes` });
  listener.on('error', () => {});
  listener.psubscribe(`{${kind}:*}:changes`).catch(() => {});
  listener.on('pmessage', (_pattern, _channel, ids: string) => {
    if (waiting.size === 0) return;
    for (const id of JSON.parse(ids) as string[]) {
      for (const wake of waiting.get(id) ?? []) wake();
    }
  });

  const away = (cause: unknown): never => {
    throw new UnavailableError('redis', 'Redis cannot be reached', { cause });
  };

  /** What is there; nothing says nothing: the model may be being built. */
  const look = async (id: string): Promise<Versioned<S> | undefined> => {
    const documents = shardKeys(kind, partitionOf(id)).documents;
    return parseDocument(await redis.hget(documents, id).catch(away)) as Versioned<S> | undefined;
  };

  const find = async (id: string): Promise<Versioned<S> | undefined> => {
    const document = await look(id);
    if (document !== undefined) return document;
    // In this order: what is missing now was missing when the model was complete.
    const [[offset, building], found] = await Promise.all([
      redis.hmget(shardKeys(kind, partitionOf(id)).position, 'offset', 'building').catch(away),
      look(id),
    ]);
    if (found === undefined && (offset === null || building !== null)) {
      throw new UnavailableError('readModel', `the read model of ${kind} is being built`);
    }
    return found;
  };

  return {
    find,
    async wait(id, accept, milliseconds, signal) {
      const until = Date.now() + milliseconds;
      let wake = () => {};
      let changed = false;
      const notify = () => {
        changed = true;
        wake();
      };
      const listeners = waiting.get(id) ?? new Set();
      waiting.set(id, listeners.add(notify));
      signal?.addEventListener('abort', notify, { once: true });
      try {
        for (;;) {
          changed = false;
          const left = until - Date.now();
          const over = left <= 0 || signal?.aborted === true;
          try {
            let document = over ? undefined : await look(id);
            if (over || (document === undefined && accept(undefined))) document = await find(id);
            if (over || accept(document)) return document;
          } catch (error) {
            // What is away or being built may be there in time.
            if (over) throw error;
          }
          await new Promise<void>((resolve) => {
            // A message may get lost while the listener reconnects; look again every second.
            const timer = setTimeout(resolve, Math.min(left, 1_000));
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
            if (changed) wake();
          });
        }
      } finally {
        signal?.removeEventListener('abort', notify);
        listeners.delete(notify);
        if (listeners.size === 0) waiting.delete(id);
      }
    },
    close: () => listener.disconnect(),
  };
}
