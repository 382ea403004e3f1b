// `npm test [-- <filter>… --project unit]`: every test, and as the last line what became of them.
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const { values, positionals } = parseArgs({
  options: { project: { type: 'string', multiple: true } },
  allowPositionals: true,
});

const started = Date.now();
const vitest = await startVitest('test', positionals, {
  run: true,
  watch: false,
  ...(values.project && { project: values.project }),
});

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of vitest.state.getTestModules()) {
  // A file that could not be loaded has no tests that could fail.
  counts.failed += file.errors().length;
  for (const test of file.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
}
counts.failed += vitest.state.getUnhandledErrors().length;
await vitest.close();

process.stdout.write(`Tests took ${Math.round((Date.now() - started) / 1000)} s\n`);
process.stdout.write(
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
