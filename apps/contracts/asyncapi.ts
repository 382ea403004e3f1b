import { DEFAULT_PARTITIONS, topicSpec } from '../../infra/create-topics.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { topicConfig } from '../../platform/kafka/topic-config.ts';
import { describeTopics } from '../../schemas/asyncapi.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import { hailTraffic } from './traffic.ts';

/** The topics as AsyncAPI 3.0. */
export function hailTopics(): object {
  const { version } = packageJson;
  const deployment = {
    partitions: DEFAULT_PARTITIONS,
    topicConfig: (topic: Topic) => topicConfig(topicSpec(topic, DEFAULT_PARTITIONS)),
  };
  return describeTopics(loadSchemas(), topics, hailTraffic(), { version }, deployment);
}
