import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Addresses, type Backends, startBackends } from './backends/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    backends: Addresses & { readonly dataDir: string };
  }
}

interface Shared {
  readonly starting: Promise<Backends>;
  readonly dataDir: string;
  users: number;
}

// Each test project loads this file anew; all of one run share their backends.
const place = globalThis as { hailTestBackends?: Shared | undefined };

function start(): Shared {
  const dataDir = mkdtempSync(join(tmpdir(), 'hail-test-'));
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  return {
    starting: startBackends({ dataDir, ports: 'free', keep: false, progress }),
    dataDir,
    users: 0,
  };
}

/** Gives integration tests one Kafka, registry and Redis, on free ports, and stops them at the end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  place.hailTestBackends ??= start();
  const shared = place.hailTestBackends;
  shared.users += 1;
  const backends = await shared.starting;
  const { provider, kafkaBrokers, redisUrl, schemaRegistryUrl } = backends;
  if (shared.users === 1) process.stderr.write(`Tests run on ${provider} backends\n`);
  provide('backends', { kafkaBrokers, redisUrl, schemaRegistryUrl, dataDir: shared.dataDir });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    place.hailTestBackends = undefined;
    await backends.stop();
    rmSync(shared.dataDir, { recursive: true, force: true });
  };
}
