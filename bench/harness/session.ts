import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Addresses } from '../../infra/backends/index.ts';
import { type LocalBackends, startLocal } from '../../infra/backends/local.ts';
import type { Bench, Context, Row } from './bench.ts';
import { lastWords } from './last-words.ts';
import { startServiceProcess } from './service-process.ts';

/** One run of `npm run bench`: its servers and its directory, from the first bench to the last. */
export interface Session {
  run(bench: Bench): Promise<readonly Row[]>;
  /** Stops the servers, and whatever a bench that is under way has started; removes the directory. */
  end(): Promise<void>;
}

export interface SessionOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly say: (text: string) => void;
}

const NOWHERE: Addresses = { kafkaBrokers: [], redisUrl: '', schemaRegistryUrl: '' };

/** Servers of our own on free ports, so that nobody's are disturbed; started when first needed. */
export function startSession({ quick, rounds, say }: SessionOptions): Session {
  const dataDir = mkdtempSync(join(tmpdir(), 'hail-bench-'));
  let servers: LocalBackends | undefined;
  let used = false;
  let ends: (() => Promise<unknown> | unknown)[] = [];

  const endBench = async () => {
    const all = ends.reverse();
    ends = [];
    for (const end of all) {
      await Promise.resolve(end()).catch((error: Error) => say(`could not end: ${error.message}`));
    }
  };

  async function serversFor(bench: Bench): Promise<Context['backends']> {
    if (bench.servers === 'none') return NOWHERE;
    if (bench.servers === 'empty' && used) {
      await servers?.stop();
      servers = undefined;
    }
    const dir = join(dataDir, 'servers');
    servers ??= await startLocal({ dataDir: dir, ports: 'free', keep: false, fresh: true });
    used = true;
    return servers;
  }

  return {
    async run(bench) {
      const backends = await serversFor(bench);
      const broken: string[] = [];
      const context: Context = {
        quick,
        rounds,
        backends,
        dataDir,
        say,
        async start(name, main, more = {}) {
          const env = {
            KAFKA_BROKERS: backends.kafkaBrokers.join(','),
            REDIS_URL: backends.redisUrl,
            SCHEMA_REGISTRY_URL: backends.schemaRegistryUrl,
            ...more,
          };
          const onExit = (how: string) => {
            if (!bench.kills) broken.push(`${name} ended (${how})`);
          };
          const process = await startServiceProcess({ name, main, env, dataDir, onExit });
          ends.push(() => process.stop());
          return process;
        },
        broken: (what) => void broken.push(what),
        onEnd: (end) => void ends.push(end),
      };
      try {
        const rows = await bench.run(context);
        if (broken.length > 0) throw new Error(broken.join(', '));
        // Tiny sizes keep to nothing.
        return quick ? rows.map(({ floor: _, ...row }) => row) : rows;
      } catch (error) {
        for (const line of lastWords(join(dataDir, 'logs'))) say(line);
        throw error;
      } finally {
        await endBench();
        rmSync(join(dataDir, 'logs'), { recursive: true, force: true });
      }
    },
    async end() {
      await endBench();
      await servers?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
