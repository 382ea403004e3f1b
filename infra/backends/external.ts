import { BackendError, type Backends } from './types.ts';

const NAMES = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'] as const;

/** The servers that the environment names; `undefined` when it names none. */
export function external(env: NodeJS.ProcessEnv): Backends | undefined {
  const missing = NAMES.filter((name) => !env[name]);
  if (missing.length === NAMES.length) return undefined;
  if (missing.length > 0) {
    throw new BackendError(
      `${NAMES.filter((name) => env[name]).join(' and ')} is set, but ${missing.join(' and ')} is not: ` +
        'set all three to use servers of your own, or none to have them started',
    );
  }
  return {
    provider: 'external',
    kafkaBrokers: (env.KAFKA_BROKERS as string).split(',').map((broker) => broker.trim()),
    schemaRegistryUrl: env.SCHEMA_REGISTRY_URL as string,
    redisUrl: env.REDIS_URL as string,
    processes: [],
    stop: async () => {},
  };
}
