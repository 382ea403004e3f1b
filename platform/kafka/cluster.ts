import type { Cluster } from 'kafkajs';
import type { Kafka } from './client.ts';

/**
 * A client's knowledge of the brokers and its connections to them, without a consumer, producer or admin around
 * it. The factory is kafkajs' own: a private member, under a symbol.
 */
export function createCluster(kafka: Kafka): Cluster {
  const symbols = Object.getOwnPropertySymbols(kafka);
  const factory = symbols.find(({ description }) => description === 'private:Kafka:createCluster');
  if (factory === undefined) throw new Error('this kafkajs is not the one that was looked into');
  const members = kafka as unknown as Record<symbol, (options: object) => Cluster>;
  return (members[factory] as (options: object) => Cluster)({
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
  });
}
