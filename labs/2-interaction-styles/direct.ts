import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Addresses } from '../../infra/backends/types.ts';
import type { Question } from './direct-rider.ts';

/** The rider service that is called. */
export interface DirectRider {
  readonly pid: number;
  /** Asks, and waits for the answer, at most a second. */
  ask(question: Question): Promise<string>;
  stop(): void;
}

const PATIENCE = 1_000;

export async function startDirectRider(addresses: Addresses): Promise<DirectRider> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'direct-rider.ts')], {
    env: {
      ...process.env,
      KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
      REDIS_URL: addresses.redisUrl,
      SCHEMA_REGISTRY_URL: addresses.schemaRegistryUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the direct rider ended with status ${code}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
  });
  return {
    pid: child.pid as number,
    async ask(question) {
      const response = await fetch(`${url}/verify`, {
        method: 'POST',
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) throw new Error(await response.text());
      return ((await response.json()) as { outcome: string }).outcome;
    },
    stop: () => child.kill('SIGKILL'),
  };
}
