import { createHailTopics } from '../../infra/create-topics.ts';
import { type AvroCodec, createCodec } from '../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { partitionCount } from '../../platform/kafka/admin.ts';
import { createKafka, type Kafka } from '../../platform/kafka/client.ts';
import { createProducer } from '../../platform/kafka/producer.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import type { Writer } from '../../platform/log/ports.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { topics } from '../../schemas/topics.ts';
import type { Context } from './bench.ts';

/** What it takes to write into Hail's own topics, and to read them. */
export interface HailTopics {
  readonly kafka: Kafka;
  readonly codec: AvroCodec;
  readonly writer: Writer;
  /** Of every topic. */
  readonly partitions: number;
}

/** Creates Hail's topics and connects to them; `writes` are the records that the bench encodes. */
export async function hailTopics(context: Context, writes: readonly string[]): Promise<HailTopics> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url } = context.backends;
  await createHailTopics(brokers);
  const partitions = await partitionCount(brokers, topics.tripEvents.name);
  const codec = createCodec({ registry: createSchemaRegistry({ url }), schemas: loadSchemas() });
  await codec.register(writes);
  const kafka = createKafka({ brokers, clientId: 'hail-bench' });
  const producer = createProducer(kafka);
  await producer.connect();
  context.onEnd(() => producer.disconnect());
  return { kafka, codec, writer: createWriter(producer, partitions), partitions };
}
