import { createTopicReader } from '../platform/kafka/topic-reader.ts';
import { receive } from '../platform/log/envelope.ts';
import { logStart } from '../platform/log/position.ts';
import { type CLAIM, LogReader } from '../platform/log/reader.ts';
import type { Message } from '../platform/messaging/message.ts';
import type { HailTopics } from './harness/hail.ts';

type Claim = Message<typeof CLAIM, { readonly instance: string }>;

/** Who owns a shard, as its log says. */
export interface ShardWatch {
  /** The instance that has claimed it last. */
  readonly owner: string | undefined;
  /** When that was read (`performance.now()`). */
  readonly claimedAt: number;
  /** Resolves when a valid event of a later owner than the present one has been read, with the moment. */
  nextOwnersEvent(): Promise<number>;
  close(): Promise<void>;
}

const WAIT = 200;

/** Follows one partition of a log from its beginning, by the rules that every reader keeps. */
export async function watchShard(
  { kafka, codec }: HailTopics,
  topic: string,
  partition: number,
): Promise<ShardWatch> {
  const reader = await createTopicReader(kafka);
  const log = new LogReader(logStart);
  let owner: string | undefined;
  let claimedAt = 0;
  let waiting: { readonly epoch: number; resolve(at: number): void } | undefined;
  let closed = false;

  const follow = async () => {
    while (!closed) {
      const from = [{ topic, partition, offset: log.offset }];
      for (const { records } of await reader.fetch(from, WAIT)) {
        for (const record of records) {
          const reading = log.read(record);
          if (reading === 'claim') {
            const claim = await receive<Claim>(codec, record);
            owner = claim.data.instance;
            claimedAt = performance.now();
          } else if (reading === 'event' && waiting !== undefined && log.epoch > waiting.epoch) {
            waiting.resolve(performance.now());
            waiting = undefined;
          }
        }
      }
    }
  };
  const following = follow();

  return {
    get owner() {
      return owner;
    },
    get claimedAt() {
      return claimedAt;
    },
    nextOwnersEvent: () =>
      new Promise((resolve) => {
        waiting = { epoch: log.epoch, resolve };
      }),
    async close() {
      closed = true;
      await following;
      await reader.close();
    },
  };
}
