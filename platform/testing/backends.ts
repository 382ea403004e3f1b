import { inject } from 'vitest';

/** The Kafka, schema registry and Redis of this test run, whoever started them. */
export interface TestBackends {
  /** `host:port` each. */
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  /** Base of the registry's Confluent-compatible API. */
  readonly schemaRegistryUrl: string;
}

/** Only in files named `*.int.test.ts` and `*.e2e.test.ts`, for which they are started. */
export function testBackends(): TestBackends {
  return (inject as (key: string) => unknown)('backends') as TestBackends;
}
