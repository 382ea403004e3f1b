import { external } from './external.ts';
import { startLocal } from './local.ts';
import { BackendError, type BackendOptions, type Backends } from './types.ts';

export { type Addresses, BackendError, type BackendOptions, type Backends } from './types.ts';

/**
 * Gives a start or a test its Kafka, schema registry and Redis: those that the environment names
 * (`KAFKA_BROKERS`, `SCHEMA_REGISTRY_URL`, `REDIS_URL`), else containers (`HAIL_BACKEND=docker`), else
 * child processes. Rejects with {@link BackendError}, whose message names the remedy.
 */
export async function startBackends(options: BackendOptions): Promise<Backends> {
  const given = external(process.env);
  if (given !== undefined) return given;
  const wanted = process.env.HAIL_BACKEND ?? 'local';
  if (wanted === 'local') return startLocal(options);
  if (wanted === 'docker') {
    const { startDocker } = await import('./docker.ts');
    return startDocker(options);
  }
  throw new BackendError(`HAIL_BACKEND is "${wanted}"; it can be "local" or "docker"`);
}
