// `npm start`: backends, topics, services, facade and a small city, until Ctrl-C.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDir } from '../../infra/addresses.ts';
import { type Backends, startBackends } from '../../infra/backends/index.ts';
import { removeRun, runningStart, writeRun } from '../../infra/run-file.ts';
import { type City, startCity } from '../simulator/city.ts';
import { audited, auditLine, auditRun } from './audited.ts';
import { readOptions, type StartOptions, usage } from './options.ts';
import { statusLine, summary } from './summary.ts';
import { type System, startSystem } from './system.ts';

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
let backends: Backends | undefined;
let system: System | undefined;

process.on('SIGINT', onSignal).on('SIGTERM', onSignal);

function onSignal(): void {
  if (stopped.signal.aborted) {
    say('Stopping already; this takes some seconds.');
    return;
  }
  stopped.abort();
}

async function stop(): Promise<void> {
  await system?.stop();
  await backends?.stop();
  removeRun(dataDir);
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

async function start(options: StartOptions): Promise<string> {
  const began = Date.now();
  const running = runningStart(dataDir);
  if (running !== undefined) {
    fail(
      `Hail is running already (process ${running.pid}): ${running.url}. End it with Ctrl-C first.`,
    );
  }
  const { provider, kafkaBrokers, redisUrl, schemaRegistryUrl } = (backends = await startBackends({
    dataDir,
    ports: 'preferred',
    keep: true,
    fresh: options.fresh,
    progress: say,
  }));
  const addresses = { provider, kafkaBrokers, redisUrl, schemaRegistryUrl };
  const services: Record<string, { pid: number; admin?: string }> = {};
  let url = '';
  const note = () => url && writeRun(dataDir, { ...addresses, url, services });
  system = await startSystem({
    backends,
    dataDir,
    port: 'preferred',
    signal: stopped.signal,
    onReady(name, pid, admin) {
      services[name] = { pid, ...(admin !== undefined && { admin }) };
      note();
    },
    onExit(name, how, restarts) {
      say(`${name} ended (${how}; .hail/logs/${name}.log)${restarts ? '; starting it anew' : ''}`);
      if (!restarts) stopped.abort();
    },
  });
  url = system.url;
  note();
  say(
    `Kafka ${kafkaBrokers.join(',')} · Redis ${redisUrl} · registry ${schemaRegistryUrl} (${provider})`,
  );
  say(
    `Ready after ${((Date.now() - began) / 1_000).toFixed(1)} s: ${url} (${url}/openapi.json), logs in .hail/logs`,
  );
  return url;
}

function running(): Backends {
  if (backends === undefined) throw new Error('the backends have not been started');
  return backends;
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
  const url = await start(options);
  if (!options.city) {
    say('No city; Ctrl-C ends.');
    await sleep(options.forMs ?? 2 ** 31 - 1, undefined, { signal: stopped.signal }).catch(
      () => {},
    );
    return 0;
  }
  const { rate, drivers, seed, forMs } = options;
  const since = Date.now();
  const city = await startCity({ url, rate, drivers, seed });
  say(`A city of ${drivers} drivers requests ${rate} trips per second (seed ${seed}); Ctrl-C ends`);
  await watch(city, forMs);
  const interrupted = stopped.signal.aborted;
  if (interrupted) say('Stopping …');
  else say('Letting the last trips end …');
  const told = await (interrupted ? city.breakOff(BREAK_OFF_WITHIN) : city.finish(FINISH_WITHIN));
  const audit = interrupted ? undefined : await auditRun(running(), since, stopped.signal);
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
await stop();
process.exit(status);
