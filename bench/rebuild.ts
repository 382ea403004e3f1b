// `node bench/rebuild.ts [TRIPS]`: how long the trip service's read model takes to be rebuilt, first with
// none there and then beside a whole one. Starts servers of its own and leaves nothing behind.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { startBackends } from '../infra/backends/index.ts';
import { createHailTopics } from '../infra/create-topics.ts';
import { createCodec } from '../platform/avro/codec.ts';
import { createSchemaRegistry } from '../platform/avro/registry.ts';
import { partitionCount } from '../platform/kafka/admin.ts';
import { createKafka, createProducer } from '../platform/kafka/client.ts';
import { partitionOf } from '../platform/kafka/partition-of.ts';
import { createWriter } from '../platform/kafka/writer.ts';
import { loadSchemas } from '../schemas/catalogue.ts';
import { recordsWrittenBy, topics } from '../schemas/topics.ts';
import { writeTripLog } from './trip-log.ts';

const root = join(import.meta.dirname, '..');
const trips = Number(process.argv[2] ?? 100_000);
if (!Number.isInteger(trips) || trips < 1) {
  process.stderr.write(`"${process.argv[2]}" is no number of trips\n`);
  process.exit(2);
}
const say = (text: string) => process.stdout.write(`${text}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'hail-bench-'));
const backends = await startBackends({ dataDir, ports: 'free', keep: false, progress: say });
try {
  await fill();
  for (const what of ['with no model there', 'beside a whole model']) {
    say(`\nRebuild ${what}`);
    await rebuild();
  }
} finally {
  await backends.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function fill(): Promise<void> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url } = backends;
  await createHailTopics(brokers);
  const partitions = await partitionCount(brokers, topics.tripEvents.name);
  const codec = createCodec({ registry: createSchemaRegistry({ url }), schemas: loadSchemas() });
  await codec.register(recordsWrittenBy('trip'));
  const producer = createProducer(createKafka({ brokers, clientId: 'hail-bench' }));
  await producer.connect();
  const writer = createWriter(producer, partitions);
  const ids: string[][] = Array.from({ length: partitions }, () => []);
  for (let i = 0; i < trips; i += 1) {
    const id = uuidv7();
    ids[partitionOf(id, partitions)]?.push(id);
  }
  const began = performance.now();
  let events = 0;
  for (const [partition, some] of ids.entries()) {
    events += await writeTripLog(partition, some, codec, writer, Date.now());
  }
  await producer.disconnect();
  const seconds = (performance.now() - began) / 1_000;
  say(`Wrote ${events} events of ${trips} trips in ${seconds.toFixed(1)} s`);
}

/** Runs the command as anybody would. */
function rebuild(): Promise<void> {
  const env = {
    ...process.env,
    KAFKA_BROKERS: backends.kafkaBrokers.join(','),
    REDIS_URL: backends.redisUrl,
    SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
  };
  const args = ['apps/rebuild/main.ts', 'trip', '--show', '0'];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
