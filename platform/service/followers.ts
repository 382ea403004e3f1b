import { joinGroup } from '../kafka/group-consumer.ts';
import { systemClock } from '../log/clock.ts';
import { LogFollower } from '../log/follower.ts';
import type { Source } from '../log/ports.ts';
import type { Message, Received } from '../messaging/message.ts';
import { createLogPositions } from '../redis/log-positions.ts';
import type { Service } from './service.ts';

/** Follows logs of other services (publish/subscribe): valid events, in order per key, at least once. */
export async function addFollower(
  service: Service,
  options: {
    /** Names the consumer group `hail.<name>` and the Redis keys `{<name>:p}:positions`. */
    readonly name: string;
    readonly logs: readonly string[];
    readonly wants: (type: string) => boolean;
    readonly handle: (events: readonly Received<Message>[]) => Promise<void>;
    /** Where no position is kept (any more), events older than this many milliseconds are passed over. */
    readonly catchUp: number;
  },
): Promise<void> {
  const { name, logs } = options;
  const positions = createLogPositions(service.redis, name);
  const followers = new Map<string, LogFollower>();
  let source: Source | undefined;
  let owned: readonly number[] = [];

  const take = (from: Source) => {
    for (const log of logs) {
      for (let partition = 0; partition < service.partitions; partition += 1) {
        const key = `${log}/${partition}`;
        const known = followers.get(key);
        if (!owned.includes(partition)) {
          known?.revoke();
          followers.delete(key);
        } else if (known === undefined) {
          const observe = service.observe(name, partition);
          const ports = { codec: service.codec, clock: systemClock, positions, observe };
          const follower = new LogFollower(log, partition, from, { ...options, ...ports });
          followers.set(key, follower);
          follower.assign().catch((error: unknown) => service.fail(error));
        }
      }
    }
  };

  const group = await joinGroup(
    service.kafka,
    { groupId: `hail.${name}`, topics: logs, predecessors: service.environment.predecessors },
    {
      assigned(partitions) {
        owned = partitions;
        if (source !== undefined) take(source);
      },
      records: (topic, partition, records) =>
        followers.get(`${topic}/${partition}`)?.receive(records),
      failed: (error) => service.fail(error),
    },
  );
  source = group;
  service.reportLag(name, group.lag);
  take(group);
  service.onStop(() => group.close());
}
