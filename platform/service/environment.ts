import { randomBytes } from 'node:crypto';

/** What a process is told by its environment. */
export interface Environment {
  /** `KAFKA_BROKERS`: `host:port`, comma separated. */
  readonly kafkaBrokers: readonly string[];
  /** `REDIS_URL` */
  readonly redisUrl: string;
  /** `SCHEMA_REGISTRY_URL`: base of a Confluent-compatible API. */
  readonly schemaRegistryUrl: string;
  /** `HAIL_INSTANCE`: tells instances of one service apart; chosen at random if absent. */
  readonly instance: string;
  /** `HAIL_PREDECESSORS`: instances, comma separated, that this one follows; they have ended. */
  readonly predecessors: readonly string[];
  /** `HAIL_ADMIN_PORT`: for `/livez`, `/readyz`, `/metrics`; any free one if absent. */
  readonly adminPort: number;
}

/** @throws naming the variable that is missing or wrong */
export function readEnvironment(env: NodeJS.ProcessEnv, service: string): Environment {
  const need = (name: string, example: string): string => {
    const value = env[name];
    if (value) return value;
    throw new Error(`${name} is not set; for example ${name}=${example}`);
  };
  return {
    kafkaBrokers: need('KAFKA_BROKERS', '127.0.0.1:9092')
      .split(',')
      .map((broker) => broker.trim()),
    redisUrl: need('REDIS_URL', 'redis://127.0.0.1:6379'),
    schemaRegistryUrl: need('SCHEMA_REGISTRY_URL', 'http://127.0.0.1:8081/apis/ccompat/v7'),
    instance: env['HAIL_INSTANCE'] || `${service}-${randomBytes(3).toString('hex')}`,
    predecessors: env['HAIL_PREDECESSORS']?.split(',').filter(Boolean) ?? [],
    adminPort: readPort(env, 'HAIL_ADMIN_PORT', 0),
  };
}

/** @throws naming the variable when it is not a port number */
export function readPort(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is "${text}"; it must be a port number from 0 to 65535`);
}
