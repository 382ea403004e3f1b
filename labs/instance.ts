// `npm run instance -- trip`: one more instance of a service, on the system that is running.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { processes } from '../apps/start/system.ts';
import { runningAddresses } from '../infra/addresses.ts';

const root = resolve(import.meta.dirname, '..');
const { facade: _, ...services } = processes;

const usage = `npm run instance -- SERVICE

  Runs one more instance of a service on the system that is running, until Ctrl-C.
  SERVICE is ${Object.keys(services).join(', ')}, or the main.ts of a service of your own.
`;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

const [name = '', ...more] = process.argv.slice(2);
if (name === '--help' || name === '-h') {
  process.stdout.write(usage);
  process.exit(0);
}
const file = services[name as keyof typeof services] ?? name;
const main = resolve(root, file);
if (more.length > 0 || !main.endsWith('.ts') || !existsSync(main)) {
  fail(`"${[name, ...more].join(' ')}" is no service\n\n${usage}`);
}
try {
  const { kafkaBrokers, redisUrl, schemaRegistryUrl } = runningAddresses();
  Object.assign(process.env, {
    KAFKA_BROKERS: kafkaBrokers.join(','),
    REDIS_URL: redisUrl,
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
  });
} catch (error) {
  fail((error as Error).message);
}
await import(pathToFileURL(main).href);
