// `npm run bench [-- NAME…]`: how fast things are, beside what they could be, from one run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benches } from './benches.ts';
import { startSession } from './harness/session.ts';
import { spreadOf } from './harness/statistics.ts';
import { keeps, table } from './harness/table.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

function parse(): BenchOptions {
  try {
    const names = benches.map(({ name }) => name);
    return readOptions(process.argv.slice(2), names);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${message && `${message}\n\n`}${usage}`);
    process.exit(message ? 2 : 0);
  }
}

const options = parse();
const { names, quick, rounds, json, cpuProf } = options;
const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
if (options.list) {
  for (const { name, load } of chosen) say(`${name.padEnd(14)}${(await load()).about}`);
  process.exit(0);
}
if (cpuProf !== undefined) {
  mkdirSync(cpuProf, { recursive: true });
  // Processes are started with the flags of the one that starts them.
  process.execArgv.push('--cpu-prof', `--cpu-prof-dir=${cpuProf}`);
}

const session = startSession({ quick, rounds, say });
let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await session.end();
  process.exit(130);
};
process.on('SIGINT', stop).on('SIGTERM', stop);

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
say(machine);
const report: object[] = [];
let failed = 0;
for (const { name, load } of chosen) {
  const bench = await load();
  say(`\n${name}: ${bench.about}`);
  try {
    const rows = await session.run(bench);
    say(table(rows));
    report.push({
      bench: name,
      rows: rows.map((row) => ({ ...row, ...spreadOf(row.values), kept: keeps(row) })),
    });
  } catch (error) {
    if (stopping) break;
    failed += 1;
    say(`failed: ${(error as Error).stack}`);
  }
}
await session.end();
if (json !== undefined) {
  const head = { measuredAt: new Date().toISOString(), machine, quick, rounds };
  writeFileSync(json, `${JSON.stringify({ ...head, benches: report }, null, 2)}\n`);
}
process.exit(failed > 0 ? 1 : 0);
