import type { AvroCodec } from '../../platform/avro/codec.ts';
import type { Kafka } from '../../platform/kafka/client.ts';
import { cloudEvent } from '../../platform/log/envelope.ts';
import type { Writer } from '../../platform/log/ports.ts';
import { createLatencies, type Latencies } from '../harness/latencies.ts';
import { grows, HOPELESS, openLoop } from '../harness/open-loop.ts';
import { passed } from './relay.ts';

/** Aggregates that the messages are spread over. */
const KEYS = 1_000;
/** What is missing when nothing has arrived for so long counts as lost, in milliseconds. */
const LOST_AFTER = 20_000;

/** One run at a constant rate. */
export interface Passage {
  readonly latencies: Latencies;
  /** Neither lost nor repeated any, and what was under way did not keep growing. */
  readonly isSteady: boolean;
}

export interface Load {
  /** @throws when messages get lost or arrive twice */
  pass(rate: number, seconds: number): Promise<Passage>;
  close(): Promise<void>;
}

/**
 * Sends messages into the first topic of a chain and reads them from the last, in one process, so that
 * one clock times both.
 */
export async function createLoad(
  { kafka, codec, writer }: { kafka: Kafka; codec: AvroCodec; writer: Writer },
  { input, output }: { readonly input: string; readonly output: string },
): Promise<Load> {
  const consumer = kafka.consumer({ groupId: `bench.load.${output}`, maxWaitTimeInMs: 200 });
  let onArrival = (_id: number) => {};
  await consumer.connect();
  await consumer.subscribe({ topics: [output], fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { messages } }) => {
      for (const { value } of messages) {
        if (value === null) continue;
        if (codec.typeOf(value) === undefined) await codec.learn(value);
        const { data } = codec.decode(value);
        if ('id' in data) onArrival(data.id as number);
      }
    },
  });
  await joined;

  const type = codec.fullName('Relay');
  const message = (id: number) => ({
    topic: input,
    record: {
      key: `relay-${id % KEYS}`,
      value: codec.encode('Relay', passed(id)),
      headers: cloudEvent('/hail/bench', `bench-${id}`, type),
    },
  });
  let nextId = 0;

  return {
    async pass(rate, seconds) {
      const first = nextId;
      const intended: number[] = [];
      const arrived = new Set<number>();
      const latencies = createLatencies();
      const underWay: number[] = [];
      const hopeless = new AbortController();
      let progress = performance.now();
      const all = Promise.withResolvers<void>();
      let repeated = 0;
      let expected = Number.POSITIVE_INFINITY;
      onArrival = (id) => {
        const at = intended[id - first];
        if (at === undefined) return;
        if (arrived.has(id)) {
          repeated += 1;
          return;
        }
        arrived.add(id);
        progress = performance.now();
        latencies.add(progress - at);
        if (arrived.size === expected) all.resolve();
      };
      const send = (due: readonly number[]) => {
        const messages = due.map((at) => {
          intended.push(at);
          nextId += 1;
          return message(nextId - 1);
        });
        underWay.push(intended.length - arrived.size);
        if (intended.length - arrived.size > rate * HOPELESS) hopeless.abort();
        writer.send(messages).catch(all.reject);
      };
      expected = await openLoop({ rate, seconds }, send, hopeless.signal);
      if (arrived.size === expected) all.resolve();
      const watch = setInterval(() => {
        if (performance.now() - progress > LOST_AFTER) all.resolve();
      }, 500);
      await all.promise.finally(() => clearInterval(watch));
      const lost = expected - arrived.size;
      if (lost + repeated > 0) {
        throw new Error(
          `${output}: of ${expected} messages ${lost} got lost, ${repeated} came twice`,
        );
      }
      return { latencies, isSteady: !hopeless.signal.aborted && !grows(underWay, rate) };
    },
    close: () => consumer.disconnect(),
  };
}
