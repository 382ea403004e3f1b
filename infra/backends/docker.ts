import { createHash } from 'node:crypto';
import {
  GenericContainer,
  getContainerRuntimeClient,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { waitForKafka } from '../../platform/kafka/admin.ts';
import { brokerSettings, CLUSTER_ID } from './kafka.ts';
import { freePort } from './ports.ts';
import { confluentApi, probeRegistry } from './registry.ts';
import { BackendError, type BackendOptions, type Backends } from './types.ts';

const IMAGES = {
  kafka: 'apache/kafka:4.1.0',
  registry: 'apicurio/apicurio-registry:3.3.3',
  redis: 'redis:7-alpine',
} as const;

const START_WITHIN = 120_000;
const PROBE_EVERY = 100;

/** A container with one port, which is `port` on this machine too, so that Kafka can advertise it. */
interface Recipe {
  readonly name: keyof typeof IMAGES;
  readonly containerPort: number;
  readonly port: number;
  /** Where its data is. */
  readonly data: string;
  readonly environment?: Record<string, string>;
  readonly command?: string[];
  readonly user?: string;
}

/**
 * Kafka, Apicurio and Redis as containers, published on ports of this machine. They are gone
 * after `stop()`, and when one of them cannot be started; Testcontainers' reaper removes those of a
 * process that was killed.
 */
export async function startDocker(options: BackendOptions): Promise<Backends> {
  const { dataDir, ports, keep, fresh = false, progress = () => {} } = options;
  const preferred = (port: number) => (ports === 'preferred' ? port : undefined);
  const kafkaPort = await freePort(preferred(9092));
  const registryPort = await freePort(preferred(8081));
  const redisPort = await freePort(preferred(6379));
  const volumeOf = (name: string) =>
    `hail-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}-${name}`;
  if (fresh) await removeVolumes(Object.keys(IMAGES).map(volumeOf));

  const running: StartedTestContainer[] = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((container) => container.stop({ timeout: 5_000 })));
  };
  const start = async (recipe: Recipe) => {
    const { name, containerPort, port, data } = recipe;
    progress(`Starting a container of ${IMAGES[name]}`);
    const container = new GenericContainer(IMAGES[name])
      .withExposedPorts({ container: containerPort, host: port })
      .withEnvironment(recipe.environment ?? {})
      .withWaitStrategy(Wait.forListeningPorts())
      .withStartupTimeout(START_WITHIN);
    if (recipe.command) container.withCommand(recipe.command);
    if (recipe.user) container.withUser(recipe.user);
    if (keep) container.withBindMounts([{ source: volumeOf(name), target: data }]);
    running.push(await container.start());
  };

  const starting = await Promise.allSettled([
    start(redis(redisPort)),
    start(kafka(kafkaPort)).then(() => until(() => waitForKafka([`127.0.0.1:${kafkaPort}`]))),
    start(registry(registryPort)).then(() => until(() => probeRegistry(registryPort))),
  ]);
  const failed = starting.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    const { message } = failed.reason as Error;
    throw new BackendError(
      `A container could not be started: ${message}. Is Docker running (\`docker info\`)?`,
    );
  }
  return {
    provider: 'docker',
    kafkaBrokers: [`127.0.0.1:${kafkaPort}`],
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    schemaRegistryUrl: confluentApi(registryPort),
    processes: [],
    stop,
  };
}

function redis(port: number): Recipe {
  const command = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  return { name: 'redis', containerPort: 6379, port, data: '/data', command };
}

function kafka(port: number): Recipe {
  const data = '/var/lib/kafka/data';
  const settings = {
    ...brokerSettings,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093',
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': data,
  };
  const environment = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
      value,
    ]),
  );
  return {
    name: 'kafka',
    containerPort: 9092,
    port,
    data,
    user: '0', // a new volume belongs to root
    environment: { ...environment, CLUSTER_ID, KAFKA_HEAP_OPTS: '-Xms256m -Xmx384m' },
  };
}

function registry(port: number): Recipe {
  return {
    name: 'registry',
    containerPort: 8080,
    port,
    data: '/hail',
    user: '0',
    environment: {
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'h2',
      APICURIO_DATASOURCE_URL: 'jdbc:h2:file:/hail/registry;DB_CLOSE_ON_EXIT=FALSE',
      QUARKUS_LOG_LEVEL: 'WARN',
    },
  };
}

async function removeVolumes(names: readonly string[]): Promise<void> {
  const { container } = await getContainerRuntimeClient();
  for (const name of names) {
    // There may be none.
    await container.dockerode
      .getVolume(name)
      .remove()
      .catch(() => {});
  }
}

async function until(probe: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + START_WITHIN; ; ) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY));
    }
  }
}
