// `npm start`: backends, topics, services, facade and a small city, until Ctrl-C.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type City, startCity } from '../simulator/city.ts';
import { audited, auditLine, auditRun } from './audited.ts';
import { type Hail, startHail } from './hail.ts';
import { readOptions, type StartOptions, usage } from './options.ts';
import { statusLine, summary } from './summary.ts';

/** How long trips under way may take to end when the city closes. */
const FINISH_WITHIN = 60_000;
/** The same after Ctrl-C, when their riders cancel them. */
const BREAK_OFF_WITHIN = 3_000;

const say = (text: string) => process.stdout.write(`${text}\n`);
const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

const stopped = new AbortController();
let hail: Hail | undefined;

process.on('SIGINT', onSignal).on('SIGTERM', onSignal);

function onSignal(): void {
  if (stopped.signal.aborted) {
    say('Stopping already; this takes some seconds.');
    return;
  }
  stopped.abort();
}

function parse(): StartOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    say(usage);
    process.exit(0);
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Shows how the city is doing until it is told to end. */
async function watch(city: City, forMs: number | undefined): Promise<void> {
  const began = Date.now();
  const { isTTY } = process.stdout;
  const every = isTTY ? 1_000 : 10_000;
  const ends = forMs === undefined ? Number.POSITIVE_INFINITY : began + forMs;
  while (!stopped.signal.aborted && Date.now() < ends) {
    await sleep(Math.min(every, ends - Date.now()), undefined, { signal: stopped.signal }).catch(
      () => {},
    );
    const line = statusLine(city.report(), (Date.now() - began) / 1_000);
    if (isTTY) process.stdout.write(`\r\x1b[2K${line}`);
    else say(line);
  }
  if (isTTY) say('');
}

async function run(options: StartOptions): Promise<number> {
  const { fresh } = options;
  const onHopeless = () => stopped.abort();
  const { signal } = stopped;
  hail = await startHail({ fresh, console: options.console, signal, say, onHopeless });
  if (!options.city) {
    say('No city; Ctrl-C ends.');
    await sleep(options.forMs ?? 2 ** 31 - 1, undefined, { signal: stopped.signal }).catch(
      () => {},
    );
    return 0;
  }
  const { rate, drivers, seed, forMs } = options;
  const since = Date.now();
  const city = await startCity({ url: hail.url, rate, drivers, seed });
  say(`A city of ${drivers} drivers requests ${rate} trips per second (seed ${seed}); Ctrl-C ends`);
  await watch(city, forMs);
  const interrupted = stopped.signal.aborted;
  if (interrupted) say('Stopping …');
  else say('Letting the last trips end …');
  const told = await (interrupted ? city.breakOff(BREAK_OFF_WITHIN) : city.finish(FINISH_WITHIN));
  const audit = interrupted ? undefined : await auditRun(hail.backends, since, stopped.signal);
  const report = audit === undefined ? told : audited(told, audit);
  say(summary(report));
  if (audit !== undefined) say(auditLine(audit));
  if (options.report !== undefined)
    writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  return interrupted || (report.trips.open === 0 && report.violations.length === 0) ? 0 : 1;
}

const options = parse();
const status = await run(options).catch((error: Error) => {
  if (!stopped.signal.aborted) process.stderr.write(`${error.message}\n`);
  return 1;
});
await hail?.stop();
process.exit(status);
