import type { Topic } from './topics.ts';

export type Json = { readonly [key: string]: unknown };

/** How topics are made, which is not theirs to say. */
export interface Deployment {
  readonly partitions: number;
  /** Kafka's settings of a topic. */
  readonly topicConfig: (topic: Topic) => Readonly<Record<string, string>>;
}

/** Of the bindings for Kafka, https://github.com/asyncapi/bindings/tree/master/kafka. */
const bindingVersion = '0.5.0';

export const server: Json = {
  host: '{host}:{port}',
  protocol: 'kafka',
  description: 'Apache Kafka. `.hail/run.json` has the addresses of a running system.',
  variables: {
    host: { default: '127.0.0.1' },
    port: { default: '9092' },
  },
  bindings: {
    kafka: {
      schemaRegistryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7',
      schemaRegistryVendor: 'confluent',
      bindingVersion,
    },
  },
};

export function channelBinding(topic: Topic, { partitions, topicConfig }: Deployment): Json {
  const settings = Object.entries(topicConfig(topic)).map(([name, value]) => {
    if (name === 'cleanup.policy') return [name, value.split(',')];
    return [name, /^-?\d+$/.test(value) ? Number(value) : value];
  });
  return {
    topic: topic.name,
    partitions,
    topicConfiguration: Object.fromEntries(settings),
    bindingVersion,
  };
}

/** @param key what the key is, in words */
export function messageBinding(key: string): Json {
  return { key: { type: 'string', description: key }, bindingVersion };
}

/** A message that begins with the id of its schema in the registry, big-endian, after a zero byte. */
export function avroBinding(key: string): Json {
  return {
    ...messageBinding(key),
    schemaIdLocation: 'payload',
    schemaIdPayloadEncoding: 'confluent',
    schemaLookupStrategy: 'RecordNameStrategy',
  };
}

export function groupBinding(reader: string): Json {
  return { groupId: { type: 'string', const: `hail.${reader}` }, bindingVersion };
}
