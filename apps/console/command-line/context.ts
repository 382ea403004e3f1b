import { Command } from 'commander';
import { dataDir } from '../../../infra/addresses.ts';
import { runningStart } from '../../../infra/run-file.ts';
import { type Connection, type ConsoleAddresses, connect } from '../core/connect.ts';
import { Problem } from '../core/problem.ts';
import { createOutput, type Output } from './output.ts';

/** Options that every command has. */
export interface CommonOptions {
  readonly brokers?: string;
  readonly registry?: string;
  readonly redis?: string;
  readonly json?: boolean;
}

/** What a command is given to work with. */
export interface Context {
  readonly connection: Connection;
  readonly output: Output;
  /** Aborted by Ctrl-C: end soon, in good order. */
  readonly signal: AbortSignal;
}

/** 0: fine; 1: something is wrong or was not found; 2: used wrongly, or a server cannot be reached. */
export type ExitCode = 0 | 1 | 2;

/** A command with the options that all have; its number becomes the exit code. */
export function command<Options extends CommonOptions>(
  name: string,
  description: string,
  act: (context: Context, args: readonly string[], options: Options) => Promise<ExitCode>,
): Command {
  return new Command(name)
    .description(description)
    .option('--brokers <list>', 'Kafka, as host:port,… (KAFKA_BROKERS)')
    .option('--registry <url>', "the schema registry's Confluent API (SCHEMA_REGISTRY_URL)")
    .option('--redis <url>', 'Redis (REDIS_URL)')
    .option('--json', 'JSON instead of text')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const options = self.optsWithGlobals<Options>();
      process.exitCode = await withConnection(options, (context) =>
        act(context, self.args, options),
      );
    });
}

async function withConnection(
  options: CommonOptions,
  act: (context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  const output = createOutput({ json: options.json === true });
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const connection = await connect(addressesFrom(options, process.env));
  try {
    return await act({ connection, output, signal: stopped.signal });
  } finally {
    await output.flush();
    await connection.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/**
 * What the options name, else the environment, else the `npm start` that is running. Who names a Kafka
 * names the registry too: ids of one registry mean nothing in another.
 */
export function addressesFrom(options: CommonOptions, env: NodeJS.ProcessEnv): ConsoleAddresses {
  const brokers = options.brokers ?? env['KAFKA_BROKERS'];
  const run = brokers === undefined ? runningStart(dataDir) : undefined;
  const kafkaBrokers = brokers?.split(',').map((broker) => broker.trim()) ?? run?.kafkaBrokers;
  if (kafkaBrokers === undefined) {
    throw new Problem(
      'away',
      'Hail is not running here. Start it with `npm start`, or name a Kafka and a registry with --brokers and --registry.',
    );
  }
  const schemaRegistryUrl =
    options.registry ?? env['SCHEMA_REGISTRY_URL'] ?? run?.schemaRegistryUrl;
  const redisUrl = options.redis ?? env['REDIS_URL'] ?? run?.redisUrl;
  return {
    kafkaBrokers,
    schemaRegistryUrl: schemaRegistryUrl?.replace(/\/$/, ''),
    ...(redisUrl !== undefined && { redisUrl }),
  };
}

/** For an option that may be given several times. */
export function several(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A whole number from `least` on. Throws a {@link Problem} that names the option. */
export function whole(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= least) return value;
  throw new Problem('usage', `${name} is "${text}"; it must be a whole number from ${least} on.`);
}
