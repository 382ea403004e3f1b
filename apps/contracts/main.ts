/**
 * Writes `docs/contracts/` from the code: `npm run contracts`. With `--check` it writes nothing and exits
 * with 1, naming the files that are not what would be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractDocuments } from './documents.ts';
import { contractsFolder } from './folder.ts';

const folder = join(import.meta.dirname, '../..', contractsFolder);
const check = process.argv.includes('--check');

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(contractDocuments())) {
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) {
    console.error(`${contractsFolder}/${name} is stale: run \`npm run contracts\``);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${contractsFolder}/${name} is written`);
  }
}
