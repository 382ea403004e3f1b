import type { Consumer } from './client.ts';

/** How far a consumer's partitions have been handled, told to the broker at intervals. */
export interface Commits {
  /** Everything before `offset` has been handled. */
  handled(topic: string, partition: number, offset: number): void;
  /** What has not been told any more: it belongs to others. */
  clear(): void;
  /** Tells the rest. */
  close(): Promise<void>;
}

/** Tells every `milliseconds`. It is a convenience: what cannot be told is not tried again. */
export function commitEvery(consumer: Consumer, milliseconds: number): Commits {
  const waiting = new Map<string, { topic: string; partition: number; offset: string }>();
  const flush = async () => {
    const offsets = [...waiting.values()];
    waiting.clear();
    if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => {});
  };
  const committing = setInterval(flush, milliseconds);
  committing.unref();
  return {
    handled(topic, partition, offset) {
      waiting.set(`${topic}/${partition}`, { topic, partition, offset: String(offset) });
    },
    clear: () => waiting.clear(),
    async close() {
      clearInterval(committing);
      await flush();
    },
  };
}
