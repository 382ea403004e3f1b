import { join } from 'node:path';
import { external } from './backends/external.ts';
import { type Addresses, BackendError } from './backends/types.ts';
import { runningStart } from './run-file.ts';

/** Where `npm start` keeps its data and says where it runs: `.hail`, or the folder `HAIL_DIR` names. */
export const dataDir = process.env['HAIL_DIR'] || join(import.meta.dirname, '..', '.hail');

/**
 * Where the Kafka, registry and Redis are that a tool is to look into: those that the environment names
 * (`KAFKA_BROKERS`, `SCHEMA_REGISTRY_URL`, `REDIS_URL`), else those of the `npm start` that is running.
 * Throws {@link BackendError} with the remedy when there are none.
 */
export function runningAddresses(env: NodeJS.ProcessEnv = process.env): Addresses {
  const found = external(env) ?? runningStart(dataDir);
  if (found !== undefined) return found;
  throw new BackendError(
    'Hail is not running here. Start it with `npm start`, or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and REDIS_URL.',
  );
}
