import { Command, CommanderError } from 'commander';
import { RegistryAwayError } from '../../../platform/avro/registry-browser.ts';
import { Problem } from '../core/problem.ts';
import { auditCommand } from './audit.ts';
import type { ExitCode } from './context.ts';
import { dlqCommand } from './dlq.ts';
import { groupsCommand } from './groups.ts';
import { lagCommand } from './lag.ts';
import { schemasCommand } from './schemas.ts';
import { sendCommand } from './send.ts';
import { tailCommand } from './tail.ts';
import { topicsCommand } from './topics.ts';
import { tripCommand } from './trip.ts';

const more = `
Every command takes --brokers, --registry and --redis; without them it looks at what the environment names
(KAFKA_BROKERS, SCHEMA_REGISTRY_URL, REDIS_URL), else at the \`npm start\` that is running.
Nothing is changed unless --write is given. No consumer group is joined, and none is left behind.
Exit codes: 0 fine; 1 something is wrong or was not found; 2 used wrongly, or a server cannot be reached.`;

/** Runs one command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const program = new Command('hail')
    .description('Looks into the topics, groups and schemas of a running Hail, or of any Kafka.')
    .addHelpText('after', more)
    .showHelpAfterError('`hail --help` shows all commands, and `hail COMMAND --help` one.');
  for (const command of [
    topicsCommand(),
    tailCommand(),
    tripCommand(),
    lagCommand(),
    groupsCommand(),
    schemasCommand(),
    sendCommand(),
    dlqCommand(),
    auditCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((c) => c.commands),
  ]) {
    command.exitOverride();
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return process.exitCode as ExitCode;
  } catch (error) {
    return explain(error as Error);
  }
}

function explain(error: Error): ExitCode {
  // Commander has said what is wrong already, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${error.message}\n`);
  if (error instanceof Problem) {
    return error.kind === 'unknown' || error.kind === 'refused' ? 1 : 2;
  }
  if (!(error instanceof RegistryAwayError) && process.env['DEBUG']) {
    process.stderr.write(`${error.stack}\n`);
  }
  return 2;
}
