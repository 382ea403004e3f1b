// One process of a chain on plain kafkajs: passes on what it reads, partition by partition, as it is.
import { createKafka } from '../../platform/kafka/client.ts';
import { given, runChild } from '../harness/child.ts';
import { forward, type Manner } from './forward.ts';

const manner = given('BENCH_MANNER') as Manner;
const from = given('BENCH_FROM');
const to = given('BENCH_TO');
const groupId = `bench.${manner}.${from}`;

await runChild(async () => {
  const kafka = createKafka({ brokers: given('KAFKA_BROKERS').split(','), clientId: groupId });
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 200,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    allowAutoTopicCreation: false,
  });
  const passOn = await forward[manner](kafka, { groupId, from, to });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: [from], fromBeginning: true });
  await consumer.run({
    autoCommit: manner === 'at-least-once',
    partitionsConsumedConcurrently: 4,
    eachBatch: async ({ batch, resolveOffset }) => {
      const { messages, partition } = batch;
      if (messages.length > 0) {
        const records = messages.map(({ key, value }) => ({ key, value, partition }));
        await passOn.records(partition, records, Number(batch.lastOffset()) + 1);
      }
      resolveOffset(batch.lastOffset());
    },
  });
  await joined;
  return {
    async stop() {
      await consumer.disconnect();
      await passOn.close();
    },
  };
});
