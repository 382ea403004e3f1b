import type { Change } from '../platform/log/ports.ts';
import { shardStart } from '../platform/log/position.ts';
import { connectRedis } from '../platform/redis/connect.ts';
import { createSnapshotStore, shardKeys } from '../platform/redis/snapshot-store.ts';
import type { Bench } from './harness/bench.ts';
import { inTurn } from './harness/in-turn.ts';

const SHARDS = 4;
const BATCH = 100;
const KEPT = 5_000;
const KIND = 'bench-projection';

/** A document like a trip's, of some 400 bytes. */
const state = {
  status: 'assigned',
  tripId: '01a20e6d-1e95-7530-bc61-53fa6f43b5a6',
  riderId: '01a20e6d-1c10-74f8-bf03-224a4acc7d2a',
  driverId: '01a20e6d-1c56-7172-aa97-fe7076a750c0',
  pickup: { latitude: 52.521, longitude: 13.406 },
  dropoff: { latitude: 52.54, longitude: 13.45 },
  quote: { amountMinor: 1_104, currency: 'EUR' },
  requestedAt: 1_795_538_362_030,
  assignedAt: 1_795_538_362_817,
};

export const projection: Bench = {
  name: 'projection',
  about: `projects to Redis, ${BATCH} documents a batch in ${SHARDS} shards: guarded snapshots, and raw pipelined HSET`,
  servers: 'shared',
  async run({ backends, quick, rounds, onEnd }) {
    const batches = quick ? 5 : 250;
    const redis = connectRedis(backends.redisUrl, 'bench');
    onEnd(() => redis.disconnect());
    const ids = Array.from({ length: KEPT }, (_, i) => `aggregate-${i}`);
    const batch = (n: number) =>
      Array.from({ length: BATCH }, (_, i) => ids[(n * BATCH + i) % KEPT] as string);

    /** Documents per second, in thousands; each shard waits for a batch before the next. */
    const rate = async (shard: (partition: number) => Promise<void>) => {
      const began = performance.now();
      await Promise.all(Array.from({ length: SHARDS }, (_, partition) => shard(partition)));
      return (SHARDS * batches * BATCH) / (performance.now() - began);
    };
    const positions = new Map<number, number>();
    const measured = await inTurn(rounds, {
      snapshots: () =>
        rate(async (partition) => {
          const store = createSnapshotStore(redis, KIND, partition);
          let base = positions.get(partition);
          for (let n = 0; n < batches; n += 1) {
            const offset = (base ?? 0) + BATCH;
            const changes = batch(n).map((id, i): Change => {
              return { id, version: (base ?? 0) + i, state, joins: [], leaves: [] };
            });
            const outcome = await store.apply(base, { ...shardStart, offset }, changes, true);
            if (outcome !== 'applied') throw new Error(`the snapshot was ${outcome}`);
            base = offset;
          }
          positions.set(partition, base ?? 0);
        }),
      raw: () =>
        rate(async (partition) => {
          const key = `${shardKeys(KIND, partition).documents}:raw`;
          for (let n = 0; n < batches; n += 1) {
            const pipeline = redis.pipeline();
            for (const id of batch(n)) {
              pipeline.hset(key, id, JSON.stringify({ version: n, state }));
            }
            await pipeline.exec();
          }
        }),
    });
    const against = { what: 'pipelined HSET', values: measured.raw };
    return [
      { what: 'snapshots', unit: 'k documents/s', values: measured.snapshots, against },
      { what: 'pipelined HSET', unit: 'k documents/s', values: measured.raw },
    ];
  },
};
