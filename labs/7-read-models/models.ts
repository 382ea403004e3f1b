import type { ShardReport } from '../../apps/rebuild/rebuild.ts';
import { rebuilds } from '../../apps/rebuild/services.ts';
import type { Addresses } from '../../infra/backends/types.ts';
import { createCodec } from '../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import type { Lab } from '../lab.ts';

/** Runs something with a connection to Redis. */
export async function withRedis<T>(
  { redisUrl }: Addresses,
  run: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(redisUrl, 'hail-labs');
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
  }
}

/** As `npm run rebuild -- SERVICE`: folds the logs anew, compares, and switches over unless told not to. */
export async function rebuild(
  { running, connection: { reader } }: Lab,
  service: string,
  compareOnly: boolean,
): Promise<{ readonly reports: readonly ShardReport[]; readonly differing: readonly string[] }> {
  const codec = createCodec({
    registry: createSchemaRegistry({ url: running.schemaRegistryUrl }),
    schemas: loadSchemas(),
  });
  const reports: ShardReport[] = [];
  const differing: string[] = [];
  await withRedis(running, async (redis) => {
    for (const run of rebuilds[service] ?? []) {
      const found = run({
        reader,
        codec,
        redis,
        compareOnly,
        onProgress: (progress) => {
          if (progress.type === 'differs') differing.push(progress.differing.id);
        },
      });
      for await (const report of found) reports.push(report);
    }
  });
  return { reports, differing };
}
