import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { partitionOf } from '../platform/kafka/partition-of.ts';
import { recordsWrittenBy } from '../schemas/topics.ts';
import type { Bench, Context } from './harness/bench.ts';
import { hailTopics } from './harness/hail.ts';
import { writeTripLog } from './trip-log.ts';

const root = join(import.meta.dirname, '..');

export const rebuild: Bench = {
  name: 'rebuild',
  about:
    "rebuilds the trip service's read model, first with none there and then beside a whole one",
  servers: 'empty',
  async run(context) {
    const { quick, rounds } = context;
    const trips = quick ? 500 : 100_000;
    const events = await fill(context, trips);
    const first = await rebuildTrips(context, 'none');
    const beside: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      beside.push(await rebuildTrips(context, 'whole'));
    const of = `${trips.toLocaleString('en')} trips (${events.toLocaleString('en')} events)`;
    return [
      { what: `${of}, no model there`, unit: 's', values: [first] },
      { what: `${of}, beside a whole model`, unit: 's', values: beside },
      {
        what: 'events, beside a whole model',
        unit: 'k/s',
        values: beside.map((seconds) => events / seconds / 1_000),
      },
    ];
  },
};

/** Writes the logs of so many trips that have ended; resolves with the number of events. */
async function fill(context: Context, trips: number): Promise<number> {
  const { codec, writer, partitions } = await hailTopics(context, recordsWrittenBy('trip'));
  const ids: string[][] = Array.from({ length: partitions }, () => []);
  for (let i = 0; i < trips; i += 1) {
    const id = uuidv7();
    ids[partitionOf(id, partitions)]?.push(id);
  }
  let events = 0;
  for (const [partition, some] of ids.entries()) {
    events += await writeTripLog(partition, some, codec, writer, Date.now());
  }
  return events;
}

/**
 * Runs the command as anybody would; resolves with the seconds it took, the start of its process included.
 * Rejects when it says that it found something else than the model that should be there.
 */
async function rebuildTrips({ backends }: Context, found: 'none' | 'whole'): Promise<number> {
  const env = {
    ...process.env,
    KAFKA_BROKERS: backends.kafkaBrokers.join(','),
    REDIS_URL: backends.redisUrl,
    SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
  };
  const args = ['apps/rebuild/main.ts', 'trip', '--show', '0'];
  const began = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd: root,
    env,
    stdio: 'ignore',
  });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  if (status !== (found === 'none' ? 1 : 0)) throw new Error(`the rebuild ended with ${status}`);
  return (performance.now() - began) / 1_000;
}
