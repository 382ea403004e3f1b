/**
 * Writes `messages.gen.ts` from the schemas: `npm run schemas`. With `--check` it writes nothing and
 * exits with 1, naming the file, if what is there is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadSchemas } from './catalogue.ts';
import { messages } from './topics.ts';
import { renderMessages } from './typescript.ts';

const file = `${import.meta.dirname}/messages.gen.ts`;
const text = renderMessages(loadSchemas(), messages);

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (text !== present()) {
  console.error('schemas/messages.gen.ts is stale: run `npm run schemas`');
  process.exitCode = 1;
}

function present(): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
