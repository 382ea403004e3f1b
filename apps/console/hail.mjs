#!/usr/bin/env node
// `npx hail`: runs the command line on the Node that came with the dependencies, whichever Node began this.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const NODE_AT_LEAST = 26;

if (Number(process.versions.node.split('.')[0]) >= NODE_AT_LEAST) {
  await import(main);
} else if (!existsSync(node)) {
  process.stderr.write('The dependencies are not installed: run `node infra/setup.mjs` first.\n');
  process.exitCode = 2;
} else {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGPIPE' ? 0 : 1);
  });
}
