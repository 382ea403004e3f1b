// `npm run lint`: the rules of the layout that docs/architecture.md gives the reasons for.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceFile, wrongWith } from './layout.ts';

const root = join(import.meta.dirname, '..');
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });

const files: SourceFile[] = git('ls-files', '--cached', '--others', '--exclude-standard')
  .split('\n')
  .filter((path) => /\.(ts|mjs)$/.test(path) && existsSync(join(root, path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const wrong = files.flatMap(wrongWith);
for (const line of wrong) process.stderr.write(`${line}\n`);
process.stdout.write(`${files.length} files, ${wrong.length} break the layout\n`);
process.exitCode = wrong.length > 0 || files.length === 0 ? 1 : 0;
