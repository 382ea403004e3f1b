import { randomUUID } from 'node:crypto';
import { type AvroCodec, createCodec } from '../platform/avro/codec.ts';
import { createSchemaRegistry } from '../platform/avro/registry.ts';
import { createTopics } from '../platform/kafka/admin.ts';
import { createKafka, type Kafka } from '../platform/kafka/client.ts';
import { joinGroup } from '../platform/kafka/group-consumer.ts';
import { createProducer } from '../platform/kafka/producer.ts';
import { createWriter } from '../platform/kafka/writer.ts';
import { systemClock } from '../platform/log/clock.ts';
import { cloudEvent } from '../platform/log/envelope.ts';
import type { Writer } from '../platform/log/ports.ts';
import { runAggregate } from '../platform/log/runner.ts';
import { connectRedis } from '../platform/redis/connect.ts';
import { createSnapshotStore } from '../platform/redis/snapshot-store.ts';
import { passed, relayAggregate, relayRecords, relaySchemas, relayTopics } from './chain/relay.ts';
import type { Bench, Context } from './harness/bench.ts';
import { inTurn } from './harness/in-turn.ts';
import { createLatencies } from './harness/latencies.ts';
import { openLoop } from './harness/open-loop.ts';

const PARTITIONS = 4;
const KIND = 'bench-step';
const PLAIN = 'bench-step.plain';
const KEYS = 1_000;
/** Plain records that are written with one request at full speed. */
const BATCH = 1_000;

/** A way of getting a record into Kafka and seeing it come back. */
interface Side {
  /** Sends one, or many as fast as they go; `onBack` is told of each. */
  send(ids: readonly number[]): void;
  /** When a message began to be written, and when it had come back (`performance.now()`). */
  onBack: (id: number, from: number | undefined) => void;
}

export const step: Bench = {
  name: 'step',
  about:
    "the kernel's step (decide, append, read back) beside plain kafkajs (produce, consume), in one process each",
  servers: 'shared',
  async run(context) {
    const { quick, rounds } = context;
    const rate = 500;
    const [seconds, many] = quick ? [0.5, 1_000] : [5, 40_000];
    const sides = await createSides(context);
    let next = 0;
    const take = (count: number) => Array.from({ length: count }, () => next++);

    const latency = async (side: Side) => {
      const latencies = createLatencies();
      const sent = new Map<number, number>();
      const all = Promise.withResolvers<void>();
      let expected = Number.POSITIVE_INFINITY;
      side.onBack = (id, from) => {
        latencies.add(performance.now() - (from ?? sent.get(id) ?? 0));
        if (latencies.count === expected) all.resolve();
      };
      expected = await openLoop({ rate, seconds }, (due) => {
        const ids = take(due.length);
        for (const [i, id] of ids.entries()) sent.set(id, due[i] ?? 0);
        side.send(ids);
      });
      if (latencies.count === expected) all.resolve();
      await all.promise;
      return latencies.at(50);
    };
    const throughput = async (side: Side) => {
      const all = Promise.withResolvers<void>();
      let left = many;
      side.onBack = () => {
        left -= 1;
        if (left === 0) all.resolve();
      };
      const began = performance.now();
      side.send(take(many));
      await all.promise;
      return many / (performance.now() - began);
    };
    const p50 = await inTurn(rounds, {
      kernel: () => latency(sides.kernel),
      plain: () => latency(sides.plain),
    });
    const speed = await inTurn(rounds, {
      kernel: () => throughput(sides.kernel),
      plain: () => throughput(sides.plain),
    });
    const plain = (values: readonly number[]) => ({ what: 'produce and consume', values });
    return [
      { what: `p50 at ${rate}/s, step`, unit: 'ms', values: p50.kernel, against: plain(p50.plain) },
      { what: `p50 at ${rate}/s, plain`, unit: 'ms', values: p50.plain },
      { what: 'full speed, step', unit: 'k/s', values: speed.kernel, against: plain(speed.plain) },
      { what: 'full speed, plain', unit: 'k/s', values: speed.plain },
    ];
  },
};

async function createSides(context: Context): Promise<{ kernel: Side; plain: Side }> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url } = context.backends;
  const names = [...Object.values(relayTopics(KIND)), PLAIN];
  await createTopics(
    brokers,
    names.map((name) => ({ name, partitions: PARTITIONS })),
  );
  const codec = createCodec({ registry: createSchemaRegistry({ url }), schemas: relaySchemas });
  await codec.register(relayRecords);
  const kafka = createKafka({ brokers, clientId: 'bench-step' });
  const producer = createProducer(kafka);
  await producer.connect();
  context.onEnd(() => producer.disconnect());
  const writer = createWriter(producer, PARTITIONS);
  return {
    kernel: await kernelSide(context, kafka, codec, writer),
    plain: await plainSide(context, kafka, codec),
  };
}

/** From the moment a command is decided to the moment its event, read back, reaches the policy. */
async function kernelSide(
  context: Context,
  kafka: Kafka,
  codec: AvroCodec,
  writer: Writer,
): Promise<Side> {
  const relay = relayAggregate(KIND);
  const decidedAt = new Map<number, number>();
  const redis = connectRedis(context.backends.redisUrl, 'bench');
  context.onEnd(() => redis.disconnect());
  const side: Side = {
    send(ids) {
      const messages = ids.map((id) => ({
        topic: relay.inbox,
        record: {
          key: `relay-${id % KEYS}`,
          value: codec.encode('Relay', passed(id)),
          headers: cloudEvent('/hail/bench', `bench-${id}`, codec.fullName('Relay')),
        },
      }));
      writer.send(messages).catch(fail);
    },
    onBack: () => {},
  };
  const ready = Promise.withResolvers<void>();
  let claimed = 0;
  const observed: typeof relay = {
    ...relay,
    decider: {
      ...relay.decider,
      decide(input, state, given) {
        if (input.type === 'Relay') decidedAt.set(input.data.id, performance.now());
        return relay.decider.decide(input, state, given);
      },
    },
    policy(event) {
      const { id } = event.data;
      side.onBack(id, decidedAt.get(id));
      decidedAt.delete(id);
      return [];
    },
  };
  const runner = await runAggregate(observed, {
    instance: 'bench',
    codec,
    clock: systemClock,
    writer,
    token: randomUUID,
    join: (groupId, topics, events) =>
      joinGroup(kafka, { groupId, topics }, { ...events, failed: fail }),
    store: (kind, partition) => createSnapshotStore(redis, kind, partition),
    observe: () => (observation) => {
      if (observation.type === 'failed') fail(observation.error);
      if (observation.type !== 'ready') return;
      claimed += 1;
      if (claimed === PARTITIONS) ready.resolve();
    },
  });
  context.onEnd(() => runner.stop(4_000));
  await ready.promise;
  return side;
}

/** From the moment a record was meant to be sent to the moment a consumer has it, decoded. */
async function plainSide(context: Context, kafka: Kafka, codec: AvroCodec): Promise<Side> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  context.onEnd(() => producer.disconnect());
  const side: Side = {
    send(ids) {
      const write = async () => {
        for (let i = 0; i < ids.length; i += BATCH) {
          const messages = ids.slice(i, i + BATCH).map((id) => ({
            key: `relay-${id % KEYS}`,
            value: codec.encode('Relay', passed(id)),
          }));
          await producer.send({ topic: PLAIN, messages });
        }
      };
      write().catch(fail);
    },
    onBack: () => {},
  };
  const consumer = kafka.consumer({ groupId: PLAIN, maxWaitTimeInMs: 200 });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  context.onEnd(() => consumer.disconnect());
  await consumer.subscribe({ topics: [PLAIN], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { messages } }) => {
      for (const { value } of messages) {
        if (value === null) continue;
        if (codec.typeOf(value) === undefined) await codec.learn(value);
        side.onBack((codec.decode(value).data as { id: number }).id, undefined);
      }
    },
  });
  await joined;
  return side;
}

function fail(error: unknown): never {
  throw error;
}
