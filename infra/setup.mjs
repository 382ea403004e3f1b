// Runs before every `npm start` and `npm test`, on whatever Node the machine has: sees to it that the
// dependencies, among them the Node that everything else runs on, are those of package-lock.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(root, 'node_modules', '.hail-lock');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const node = join(root, 'node_modules', '.bin', 'node');
const NODE_AT_LEAST = 26;

function installed() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted && existsSync(node);
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (!installed()) {
  const started = Date.now();
  process.stderr.write('Installing the dependencies (only when they change) …\n');
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm'];
  // Nothing of ours needs an install script, and what others would compile is optional.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync(command, [...first, ...options], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (run.status !== 0)
    stop('`npm ci` failed; what it said stands above. Run it by hand to see more.');
  if (!existsSync(node)) {
    stop(
      `There is no Node ${NODE_AT_LEAST} from npm for ${process.platform}-${process.arch}. ` +
        'Hail runs on Linux (x64, arm64) and macOS (x64, arm64).',
    );
  }
  writeFileSync(marker, wanted);
  process.stderr.write(
    `Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
}
