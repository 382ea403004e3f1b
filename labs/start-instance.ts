import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Running } from './lab.ts';

/** A process of `npm run instance`, started by a solution. */
export interface Instance {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Resolves when it is ready. */
export async function startInstance(
  { kafkaBrokers, redisUrl, schemaRegistryUrl }: Running,
  service: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Instance> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'instance.ts'), service], {
    env: {
      ...process.env,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      REDIS_URL: redisUrl,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve();
    });
  });
  await Promise.race([
    ready,
    ended.then((code) => {
      throw new Error(`the instance of ${service} ended with status ${code}`);
    }),
  ]);
  return {
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
