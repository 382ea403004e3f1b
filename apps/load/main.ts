// `npm run load`: a city of thousands on a running system, or on one started for it, with a report.
import { writeFileSync } from 'node:fs';
import { dataDir } from '../../infra/addresses.ts';
import type { Addresses } from '../../infra/backends/types.ts';
import { notedStart, runningStart } from '../../infra/run-file.ts';
import { audited, auditLine, auditRun } from '../start/audited.ts';
import { startHail } from '../start/hail.ts';
import { type LoadOptions, readLoadOptions, usage } from './options.ts';
import { toPage } from './page.ts';
import type { LoadReport } from './report.ts';
import { type LoadedSystem, runLoad } from './run.ts';
import { loadSummary } from './summary.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const stopped = new AbortController();
process.on('SIGINT', () => stopped.abort()).on('SIGTERM', () => stopped.abort());

/** Shows progress: on a terminal in one line every second, else every ten seconds. */
function showProgress(): (line: string) => void {
  const { isTTY } = process.stdout;
  let count = 0;
  return (line) => {
    count += 1;
    if (isTTY) process.stdout.write(`\r\x1b[2K${line}`);
    else if (count % 10 === 0) say(line);
  };
}

/** The system of `.hail/run.json`; what it says is read anew, for processes that are started anew. */
function systemAt(url: string): LoadedSystem {
  return {
    url,
    processes() {
      const { services = {}, servers = {} } = notedStart(dataDir) ?? {};
      const all = Object.entries({ ...servers, ...services });
      const pids = Object.fromEntries(all.map(([name, { pid }]) => [name, pid]));
      return { pids, admins: Object.values(services).flatMap(({ admin }) => admin ?? []) };
    },
  };
}

async function load(options: LoadOptions, url: string, addresses: Addresses): Promise<number> {
  const since = Date.now();
  const isTTY = process.stdout.isTTY;
  const watcher = {
    say: (text: string) => say(isTTY ? `\r\x1b[2K${text}` : text),
    progress: showProgress(),
  };
  const told = await runLoad(options, systemAt(url), watcher, stopped.signal);
  const interrupted = stopped.signal.aborted;
  const audit = interrupted ? undefined : await auditRun(addresses, since, stopped.signal);
  const report: LoadReport = {
    ...told,
    ...(audit !== undefined && { violations: audited(told, audit).violations }),
    audit: audit === undefined || audit instanceof Error ? null : audit.figures,
  };
  say(`\n${loadSummary(report)}`);
  if (audit !== undefined) say(auditLine(audit));
  if (options.report !== undefined) {
    const page = `${options.report.replace(/\.json$/, '')}.html`;
    writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(page, toPage(report));
    say(`Report: ${options.report} and ${page}`);
  }
  return interrupted || (report.trips.open === 0 && report.violations.length === 0) ? 0 : 1;
}

async function run(options: LoadOptions): Promise<number> {
  const running = runningStart(dataDir);
  if (running !== undefined) {
    if (options.fresh) throw new Error('--fresh needs a start of its own; Hail is running already');
    return load(options, running.url, running);
  }
  const { signal } = stopped;
  const onHopeless = () => stopped.abort();
  const hail = await startHail({ fresh: options.fresh, signal, say, onHopeless });
  try {
    return await load(options, hail.url, hail.backends);
  } finally {
    await hail.stop();
  }
}

try {
  const options = readLoadOptions(process.argv.slice(2));
  if (options === 'help') say(usage);
  else process.exitCode = await run(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
process.exit();
