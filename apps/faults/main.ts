// `npm run faults`: a city lives on a system to which one fault after another is done, and at the end
// everybody's accounts and the logs must still tell one consistent story.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDir as hailDir } from '../../infra/addresses.ts';
import { startLocal } from '../../infra/backends/local.ts';
import { partitionCount } from '../../platform/kafka/admin.ts';
import { topics } from '../../schemas/topics.ts';
import { startCity } from '../simulator/city.ts';
import { createRandom, type Random } from '../simulator/random.ts';
import { audited, auditLine, auditRun } from '../start/audited.ts';
import { summary } from '../start/summary.ts';
import { startSystem } from '../start/system.ts';
import { type FaultKind, faultKinds, type Victims } from './kinds.ts';
import { type FaultOptions, readFaultOptions, usage } from './options.ts';
import { createPoisoner, type Poisoner } from './poison.ts';
import { type Done, tooSlow, toRows, toTable } from './table.ts';
import { Watch } from './watch.ts';

const dataDir = join(hailDir, 'faults');
/** How long the city lives before it is watched, and how long it is watched before the first fault. */
const WARM_UP = 30_000;
const WATCH = 20_000;
/** How long a fault may have effects. */
const GIVE_UP = 45_000;
/** Between faults, in milliseconds. */
const REST = [500, 4_000] as const;
const FINISH_WITHIN = 90_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Faults in seeded order: each once before any comes again. */
function* inOrder(kinds: readonly FaultKind[], random: Random): Generator<FaultKind> {
  for (;;) {
    const left = [...kinds];
    while (left.length > 0) yield left.splice(random.whole(0, left.length), 1)[0] as FaultKind;
  }
}

async function doFault(kind: FaultKind, victims: Victims, watch: Watch): Promise<Done> {
  const began = Date.now();
  await kind.run(victims);
  const ended = Date.now();
  let recovered: number | undefined;
  while (recovered === undefined && Date.now() < ended + GIVE_UP) {
    await sleep(250);
    recovered = watch.normalAgain(ended, Date.now());
  }
  const { name, recoversWithin } = kind;
  return { name, recoversWithin, ...watch.effect(began, ended, recovered, Date.now()) };
}

async function run(options: FaultOptions): Promise<number> {
  const { minutes, seed, rate, drivers, only, report, lenient } = options;
  const kinds = faultKinds.filter(({ name }) => name.includes(only));
  if (kinds.length === 0) throw new Error(`--only is "${only}"; no fault's name contains that`);
  const backends = await startLocal({
    dataDir,
    ports: 'free',
    keep: false,
    fresh: true,
    progress: say,
  });
  const system = await startSystem({ backends, dataDir, port: 'free' }).catch(async (error) => {
    await backends.stop();
    throw error;
  });
  let opened: Poisoner | undefined;
  const stop = async () => {
    await opened?.close();
    await system.stop();
    await backends.stop();
  };
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort();
    void stop().then(() => process.exit(130));
  });
  try {
    const partitions = await partitionCount(backends.kafkaBrokers, topics.tripEvents.name);
    const poisoner = await createPoisoner(backends.kafkaBrokers, partitions);
    opened = poisoner;
    const watch = new Watch();
    const url = system.url;
    const city = await startCity({ url, rate, drivers, seed, onTrip: watch.change });
    say(`A city of ${drivers} drivers requests ${rate} trips per second (seed ${seed})`);
    await sleep(WARM_UP);
    const since = Date.now();
    await sleep(WATCH);
    say(`Normal: 90 % of trips are assigned within ${watch.setNormal(since)} ms, besides thinking`);

    const random = createRandom(seed);
    const order = inOrder(kinds, random);
    const done: Done[] = [];
    for (const until = Date.now() + minutes * 60_000; Date.now() < until; ) {
      await sleep(random.between(...REST));
      const kind = order.next().value as FaultKind;
      const fault = await doFault(kind, { backends, system, poisoner }, watch);
      done.push(fault);
      const again = fault.recoveredAfter === undefined ? 'NOT' : `after ${fault.recoveredAfter} ms`;
      say(
        `${kind.name}: normal again ${again}, stalled for ${fault.longestStall} ms, ${fault.affected} trips affected`,
      );
    }
    say('Letting the last trips end …');
    const seen = await city.finish(FINISH_WITHIN);
    const audit = await auditRun(backends, 0, stopping.signal);
    const result = audited(seen, audit);
    const violations = [...result.violations, ...(await poisoner.check())];
    const slow = tooSlow(done);
    const rows = toRows(done);
    say(`\n${toTable(rows)}\n\n${summary({ ...result, violations })}\n${auditLine(audit)}`);
    for (const sentence of slow) say(`Too slow: ${sentence}`);
    if (report !== undefined) {
      const all = { ...result, violations, faults: rows, tooSlow: slow };
      writeFileSync(report, `${JSON.stringify(all, null, 2)}\n`);
    }
    const isWrong = result.trips.open > 0 || violations.length > 0;
    return isWrong || (slow.length > 0 && !lenient) ? 1 : 0;
  } finally {
    await stop();
  }
}

try {
  const options = readFaultOptions(process.argv.slice(2));
  if (options === 'help') say(usage);
  else process.exitCode = await run(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
process.exit();
