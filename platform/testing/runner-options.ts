import { randomUUID } from 'node:crypto';
import type { Kafka } from '../kafka/client.ts';
import { joinGroup } from '../kafka/group-consumer.ts';
import { systemClock } from '../log/clock.ts';
import type { Observation } from '../log/observer.ts';
import type { Writer } from '../log/ports.ts';
import type { RunnerOptions } from '../log/runner.ts';
import type { Redis } from '../redis/connect.ts';
import { createSnapshotStore } from '../redis/snapshot-store.ts';
import { jsonCodec } from './json-codec.ts';

/** What `runAggregate` wants, for a test on real Kafka and Redis, with messages as JSON. */
export function runnerOptions(
  kafka: Kafka,
  writer: Writer,
  redis: Redis,
  observe: (observation: Observation) => void = () => {},
): RunnerOptions<never, never> {
  return {
    instance: 'a',
    codec: jsonCodec,
    clock: systemClock,
    writer,
    token: randomUUID,
    join: (groupId, topics, events) =>
      joinGroup(
        kafka,
        { groupId, topics },
        {
          ...events,
          failed: (error) => {
            throw error;
          },
        },
      ),
    store: (kind, partition) => createSnapshotStore(redis, kind, partition),
    observe: () => observe,
  };
}
