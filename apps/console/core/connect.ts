import type { Addresses } from '../../../infra/backends/types.ts';
import { createAnyDecoder } from '../../../platform/avro/any-decoder.ts';
import {
  createRegistryBrowser,
  type RegistryBrowser,
} from '../../../platform/avro/registry-browser.ts';
import { waitForKafka } from '../../../platform/kafka/admin.ts';
import { createKafka } from '../../../platform/kafka/client.ts';
import { createInspector, type Inspector } from '../../../platform/kafka/inspect.ts';
import { createTopicReader, type TopicReader } from '../../../platform/kafka/topic-reader.ts';
import { didYouMean, Problem } from './problem.ts';
import { createReadModels, type ReadModels } from './read-models.ts';
import { createShow, type Show } from './show.ts';

/** Where to look. Without Redis all works, only the beginning of an old trip may take longer to find. */
export interface ConsoleAddresses {
  readonly kafkaBrokers: Addresses['kafkaBrokers'];
  /** Without it only what is not Avro can be read. */
  readonly schemaRegistryUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
}

/** Everything an inspection needs. Joins no group and writes nothing. */
export interface Connection {
  readonly addresses: ConsoleAddresses;
  readonly reader: TopicReader;
  readonly inspector: Inspector;
  readonly registry: RegistryBrowser;
  readonly show: Show;
  /** Rejects with a {@link Problem} unless all these topics exist. */
  expectTopics(names: readonly string[]): Promise<void>;
  readonly readModels: ReadModels;
  close(): Promise<void>;
}

/** Rejects with a {@link Problem} when Kafka is not there. The registry and Redis are asked when needed. */
export async function connect(addresses: ConsoleAddresses): Promise<Connection> {
  const { kafkaBrokers: brokers, schemaRegistryUrl, redisUrl } = addresses;
  await waitForKafka(brokers).catch((cause: Error) => {
    throw new Problem(
      'away',
      `Kafka does not answer at ${brokers.join(', ')}: ${cause.message}. Start it, or name it with --brokers.`,
      { cause },
    );
  });
  const kafka = createKafka({ brokers, clientId: 'hail-console' });
  const [reader, inspector] = await Promise.all([createTopicReader(kafka), createInspector(kafka)]);
  const registry = createRegistryBrowser(schemaRegistryUrl);
  const readModels = createReadModels(redisUrl);
  return {
    addresses,
    reader,
    inspector,
    registry,
    show: createShow(createAnyDecoder(registry)),
    async expectTopics(names) {
      const there = await inspector.topics();
      for (const name of names) {
        if (there.includes(name)) continue;
        const hint = didYouMean(name, there) || ' `hail topics` lists them.';
        throw new Problem('unknown', `There is no topic ${name}.${hint}`);
      }
    },
    readModels,
    async close() {
      readModels.close();
      await Promise.all([reader.close(), inspector.close()]);
    },
  };
}
