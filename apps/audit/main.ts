// `npm run audit`: is what the logs tell one consistent story?
import { runningAddresses } from '../../infra/addresses.ts';
import { auditSystem } from './audit-system.ts';
import { figuresTable } from './figures.ts';
import { describe } from './findings.ts';
import { type AuditCliOptions, readOptions, usage } from './options.ts';

const COULD_NOT_RUN = 2;

const say = (text: string) => process.stdout.write(`${text}\n`);
const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(COULD_NOT_RUN);
};

function parse(): AuditCliOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    say(usage);
    process.exit(0);
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
}

async function run({ json, ...options }: AuditCliOptions): Promise<number> {
  const { figures, violations } = await auditSystem(runningAddresses(), options);
  if (json) {
    say(JSON.stringify({ figures, violations }, null, 2));
  } else {
    say(figuresTable(figures));
    say(figures.violations === 0 ? 'No violation' : `${figures.violations} VIOLATIONS`);
    for (const violation of violations) say(`  ${describe(violation)}`);
  }
  return figures.violations === 0 ? 0 : 1;
}

const options = parse();
process.exitCode = await run(options).catch((error: Error) =>
  fail(`The audit could not be made: ${error.message}`),
);
