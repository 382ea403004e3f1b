import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { testBackends } from '../testing/backends.ts';
import { createTopics } from './admin.ts';
import { shardAssigner } from './assigner.ts';
import { createKafka } from './client.ts';
import { createCluster } from './cluster.ts';
import { type GroupConsumer, joinGroup } from './group-consumer.ts';

const { kafkaBrokers: brokers } = testBackends();
const groupId = `group-${randomUUID().slice(0, 8)}`;
let group: GroupConsumer | undefined;

afterAll(() => group?.close());

/** Joins, and ends without a word, as a process does that is killed; it would be missed in ten minutes. */
async function joinAndVanish(clientId: string, topic: string): Promise<void> {
  const cluster = createCluster(createKafka({ brokers, clientId }));
  await cluster.connect();
  await cluster.addMultipleTargetTopics([topic]);
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as {
    joinGroup(request: object): Promise<{ memberId: string }>;
  };
  const protocol = shardAssigner(() => [])({ cluster }).protocol({ topics: [topic] });
  await coordinator.joinGroup({
    groupId,
    memberId: '',
    sessionTimeout: 600_000,
    rebalanceTimeout: 600_000,
    groupProtocols: [protocol],
  });
  await cluster.disconnect();
}

it('does not wait for members whose processes have ended', async () => {
  const topic = groupId;
  await createTopics(brokers, [{ name: topic, partitions: 2 }]);
  await joinAndVanish('gone', topic);
  const assigned = Promise.withResolvers<readonly number[]>();
  group = await joinGroup(
    createKafka({ brokers, clientId: 'heir' }),
    { groupId, topics: [topic], predecessors: ['long-gone', 'gone'] },
    { assigned: assigned.resolve, records: () => {}, failed: assigned.reject },
  );
  expect(await assigned.promise).toEqual([0, 1]);
});
