import { channelBinding, type Deployment, type Json, server } from './asyncapi-kafka.ts';
import { describeMessage, headerSchemas, messagesOf } from './asyncapi-message.ts';
import { describeOperations, replyChannels } from './asyncapi-operation.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { Topic } from './topics.ts';
import type { Traffic } from './traffic.ts';

/**
 * Describes the topics as AsyncAPI 3.0: a channel per topic, a message per record with its Avro schema
 * and its headers, and who sends and receives what. The same input gives the same document.
 *
 * @param topics by the names that the channels get
 * @param info `version` is that of the document
 */
export function describeTopics(
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  topics: Readonly<Record<string, Topic>>,
  traffic: Traffic,
  info: { readonly version: string },
  deployment: Deployment,
): Json {
  const channels: Record<string, Json> = {};
  const messages: Record<string, Json> = {};
  for (const [id, topic] of Object.entries(topics)) {
    const names = messagesOf(topic);
    channels[id] = {
      address: topic.name,
      title: topic.name,
      description: `${kinds[topic.kind]} Keyed by ${topic.key}.`,
      messages: Object.fromEntries(
        names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
      ),
      servers: [{ $ref: '#/servers/kafka' }],
      tags: [{ name: topic.kind }],
      bindings: { kafka: channelBinding(topic, deployment) },
    };
    for (const name of names) messages[name] ??= describeMessage(name, topic, catalogue, traffic);
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Hail',
      version: info.version,
      description:
        'Commands, events and replies of riders, drivers, trips and dispatches: Avro records over Kafka.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/vnd.apache.avro',
    servers: { kafka: server },
    channels: { ...channels, ...replyChannels(traffic.exchanges) },
    operations: describeOperations(topics, traffic),
    components: {
      messages,
      schemas: headerSchemas(),
      correlationIds: {
        request: {
          description: 'Chosen by who asks; the answer carries the same.',
          location: '$message.header#/kafka_correlationId',
        },
      },
    },
  };
}

const kinds: Readonly<Record<Topic['kind'], string>> = {
  inbox: 'Commands and replies for one kind of aggregate.',
  log: 'The events of one kind of aggregate, and the claims of their writers: the only truth.',
  stream: 'Measurements, of which only the newest counts.',
  dlq: 'Messages that could not be handled, as they were.',
};
