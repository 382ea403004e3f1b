#!/usr/bin/env node
// `npx hail`: runs the command line on the Node that came with the dependencies, whichever Node began this.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const NODE_AT_LEAST = 26;

if (Number(process.versions.node.split('.')[0]) >= NODE_AT_LEAST) {
  // Most of a short command's time is the reading of its sources.
  module.enableCompileCache();
  await import('./main.ts');
} else if (!existsSync(node)) {
  process.stderr.write('The dependencies are not installed: run `node infra/setup.mjs` first.\n');
  process.exitCode = 2;
} else {
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
