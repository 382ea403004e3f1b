import { randomUUID } from 'node:crypto';
import { type GroupConsumer, joinGroup } from '../kafka/group-consumer.ts';
import { systemClock } from '../log/clock.ts';
import { runAggregate } from '../log/runner.ts';
import type { Aggregate } from '../messaging/aggregate.ts';
import type { Message } from '../messaging/message.ts';
import { createSnapshotStore } from '../redis/snapshot-store.ts';
import type { Service } from './service.ts';

/** Fetching has stopped when nothing, not even an empty answer, has come for so long. */
const SILENT_AFTER = 15_000;

/** Runs one kind of aggregate in a process; it is ready when every shard it was assigned is claimed. */
export async function addAggregate<S extends object, I extends Message, E extends Message, Q, A>(
  service: Service,
  aggregate: Aggregate<S, I, E, Q, A>,
  answer?: (questions: readonly Q[]) => Promise<readonly A[]>,
): Promise<void> {
  const { kind } = aggregate;
  const { instance, predecessors } = service.environment;
  let consumer: GroupConsumer | undefined;
  const runner = await runAggregate(aggregate, {
    instance,
    codec: service.codec,
    clock: systemClock,
    writer: service.writer,
    token: randomUUID,
    ...(answer && { answer }),
    async join(groupId, topics, events) {
      const failed = (error: Error) => service.fail(error);
      const options = { groupId, topics, predecessors };
      consumer = await joinGroup(service.kafka, options, { ...events, failed });
      service.reportLag(kind, consumer.lag);
      return consumer;
    },
    store: (name, partition) => createSnapshotStore(service.redis, name, partition),
    observe: service.observe,
  });
  service.check(kind, () => {
    if ((consumer?.silence() ?? 0) > SILENT_AFTER)
      return 'has heard nothing from Kafka for a while';
    const waiting = runner
      .shards()
      .filter(({ status }) => status !== 'idle' && status !== 'owner')
      .map(({ partition, status }) => `shard ${partition} is ${status}`);
    return waiting.length > 0 ? waiting.join(', ') : undefined;
  });
  service.onStop((milliseconds) => runner.stop(milliseconds));
}
