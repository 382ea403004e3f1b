import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AvroCodec, createCodec, type KnownSchema } from '../avro/codec.ts';
import { SchemaRefusedError } from '../avro/errors.ts';
import { createSchemaRegistry } from '../avro/registry.ts';
import { startAdmin } from '../http/admin.ts';
import type { Checks } from '../http/ops.ts';
import { partitionCount } from '../kafka/admin.ts';
import { createKafka, type Kafka } from '../kafka/client.ts';
import { createProducer } from '../kafka/producer.ts';
import { createWriter } from '../kafka/writer.ts';
import type { Observe } from '../log/observer.ts';
import type { Writer } from '../log/ports.ts';
import { connectRedis, type Redis } from '../redis/connect.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { sayOnce } from './kafkajs-log.ts';
import { createLagReport, type ReportLag } from './lag.ts';
import { createObserver } from './observe.ts';

/** What a process consists of, once everything it depends on has been there. */
export interface Service {
  readonly name: string;
  readonly environment: Environment;
  /** Where `/readyz` and `/metrics` are, unless its own routes serve them. */
  readonly adminUrl: string | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly kafka: Kafka;
  readonly writer: Writer;
  readonly codec: AvroCodec;
  readonly redis: Redis;
  /** The number of partitions of every topic. */
  readonly partitions: number;
  readonly observe: (kind: string, partition: number) => Observe;
  /** Lets the metrics show how far a kind's consumer is behind, by topic and partition. */
  readonly reportLag: ReportLag;
  /** Connects to Redis once more; commands fail after `failAfter` milliseconds, if given. */
  connectRedis(purpose: string, failAfter?: number): Redis;
  /** What must hold for the process to be ready: `undefined`, or what is missing. */
  check(name: string, check: Checks[string]): void;
  checks(): Checks;
  /** Run when the process is asked to end, the last given first; has about so many milliseconds. */
  onStop(stop: (milliseconds: number) => Promise<void>): void;
  /** Ends the process, so that it is started anew. */
  fail(error: unknown): void;
}

export interface ServiceOptions {
  readonly name: string;
  /** All records, by short name. */
  readonly schemas: ReadonlyMap<string, KnownSchema>;
  /** Short names of the records it writes: registered, and refused if incompatible, before anything else. */
  readonly writes: readonly string[];
  /** A topic that is waited for; all topics have as many partitions. */
  readonly topic: string;
  /** Whether its own routes serve `/readyz` and `/metrics`. */
  readonly hasServer?: boolean;
}

const STOP_WITHIN = 4_000;
const PROBE_EVERY = 500;

/**
 * Runs a process: reads its environment, waits for what it depends on (saying so), registers its
 * schemas, builds it, and says `{"ready":true,…}` in one line on stdout as soon as all checks hold.
 * SIGTERM, SIGINT and the end of its parent stop it, within 5 s, with nothing half done.
 */
export async function runService(
  options: ServiceOptions,
  build: (service: Service) => Promise<Record<string, unknown>>,
): Promise<void> {
  const { name } = options;
  let environment: Environment;
  try {
    environment = readEnvironment(process.env, name);
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exit(2);
  }
  const logger = createLogger(name, environment.instance);
  const die = (error: unknown) => {
    logger.fatal({ err: error }, 'cannot go on');
    // Started anew it would be refused again.
    process.exit(error instanceof SchemaRefusedError ? 2 : 1);
  };
  process.on('uncaughtException', die).on('unhandledRejection', die);

  const checks: Record<string, Checks[string]> = {};
  const stops: ((milliseconds: number) => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stops');
    setTimeout(() => process.exit(1), STOP_WITHIN + 800).unref();
    for (const run of stops.reverse()) {
      await run(STOP_WITHIN).catch((err: unknown) =>
        logger.error({ err }, 'could not stop cleanly'),
      );
    }
    logger.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => stop('SIGTERM')).on('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => stop('its parent has ended'));

  const metrics = createMetrics(name, environment.instance);
  const service = await connect(options, environment, logger, metrics, { checks, stops, die });
  const { adminUrl: admin } = service;
  const told = { ...(admin !== undefined && { admin }), ...(await build(service)) };
  while ((await lacks(checks)).length > 0) await sleep(20);
  flushCompileCache(); // it may be killed before it ends
  logger.info(told, 'ready');
  process.stdout.write(`${JSON.stringify({ ready: true, service: name, ...told })}\n`);
}

async function connect(
  { name, schemas, writes, topic, hasServer = false }: ServiceOptions,
  environment: Environment,
  logger: Logger,
  metrics: Metrics,
  {
    checks,
    stops,
    die,
  }: {
    readonly checks: Record<string, Checks[string]>;
    readonly stops: ((milliseconds: number) => Promise<void>)[];
    readonly die: (error: unknown) => void;
  },
): Promise<Service> {
  const { kafkaBrokers, redisUrl, schemaRegistryUrl, adminPort } = environment;
  let missing: string | undefined = 'has not been reached yet';
  checks['kafka'] = () => missing;
  let adminUrl: string | undefined;
  if (!hasServer) {
    const admin = await startAdmin({ port: adminPort, checks, metrics });
    adminUrl = admin.url;
    logger.info({ admin: adminUrl }, 'serves /readyz and /metrics');
    stops.push((milliseconds) => admin.close(milliseconds));
  }
  const open = (purpose: string, failAfter?: number) => {
    let away: string | undefined = 'has not been reached yet';
    checks[purpose === 'main' ? 'redis' : `redis-${purpose}`] = () => away;
    const redis = connectRedis(
      redisUrl,
      `${environment.instance}-${purpose}`,
      (state, err) => {
        away = state === 'ready' ? undefined : 'is away';
        if (state === 'away') logger.warn({ err }, 'Redis is away');
      },
      { gather: true, ...(failAfter !== undefined && { failAfter }) },
    );
    stops.push(async () => redis.disconnect());
    return redis;
  };
  const redis = open('main');
  const onLog = sayOnce(logger);
  const kafka = createKafka({ brokers: kafkaBrokers, clientId: environment.instance, onLog });
  const waitFor = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await run();
      } catch (err) {
        missing = `${what}: ${(err as Error).message}`;
        logger.warn({ err }, `waits for ${what}`);
        await sleep(PROBE_EVERY);
      }
    }
  };
  const registry = createSchemaRegistry({
    url: schemaRegistryUrl,
    onWait: (message) => logger.warn(message),
  });
  const codec = createCodec({ registry, schemas });
  const producer = createProducer(kafka);
  const [partitions] = await Promise.all([
    waitFor(`Kafka's topic ${topic}`, () => partitionCount(kafkaBrokers, topic)),
    waitFor('Kafka', () => producer.connect()),
    codec.register(writes),
  ]);
  missing = undefined;
  stops.push(() => producer.disconnect());
  return {
    name,
    environment,
    adminUrl,
    logger,
    metrics,
    kafka,
    writer: createWriter(producer, partitions),
    codec,
    redis,
    partitions,
    observe: createObserver(metrics, logger),
    reportLag: createLagReport(metrics),
    connectRedis: open,
    check: (key, check) => {
      checks[key] = check;
    },
    checks: () => checks,
    onStop: (run) => stops.push(run),
    fail: die,
  };
}

async function lacks(checks: Checks): Promise<readonly string[]> {
  const results = await Promise.all(Object.values(checks).map((check) => check()));
  return results.filter((what) => what !== undefined);
}
