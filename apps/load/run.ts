import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'hdr-histogram-js';
import { type City, startCity } from '../simulator/city.ts';
import { habitsAt } from '../simulator/habits.ts';
import type { Report } from '../simulator/tally.ts';
import { driversFor } from './fleet.ts';
import { readLag } from './lag.ts';
import { LimitSearch } from './limit.ts';
import type { LoadOptions } from './options.ts';
import { limitOf, measureOwnCost } from './own-cost.ts';
import { ProcessWatch } from './processes.ts';
import { rateOf, warmingUp } from './profiles.ts';
import { progressLine } from './progress.ts';
import type { LoadReport, SeriesRow } from './report.ts';
import { Series } from './series.ts';

/** What is known of the system that is loaded. */
export interface LoadedSystem {
  readonly url: string;
  /** The processes by name, as of now; and where the services' metrics are. */
  processes(): {
    readonly pids: Readonly<Record<string, number>>;
    readonly admins: readonly string[];
  };
}

export interface Watcher {
  say(text: string): void;
  /** Told once a second. */
  progress(line: string): void;
}

const FINISH_WITHIN = 120_000;
const BREAK_OFF_WITHIN = 3_000;
/** How long the system may take to recover from a step that was too much. */
const RECOVER_WITHIN = 60_000;

const newHistogram = () =>
  build({ highestTrackableValue: 600_000, numberOfSignificantValueDigits: 2 });

/** Loads a system and tells what became of it; ends early, cancelling trips, when `signal` is aborted. */
export async function runLoad(
  options: LoadOptions,
  system: LoadedSystem,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Omit<LoadReport, 'audit'>> {
  const { profile, timeScale, pingEveryMs, pings, seed } = options;
  const habits = habitsAt(timeScale, pingEveryMs);
  const search =
    profile === 'find-the-limit' ? new LimitSearch(options.rate, options.to) : undefined;
  let rate = options.rate;
  const profileAt = profile === 'find-the-limit' ? () => rate : rateOf(profile, options);
  const { warmUpMs } = options;
  const rateAt = warmingUp(profileAt, warmUpMs);
  const peak = profile === 'ramp' || profile === 'spike' ? Math.max(rate, options.to) : rate;
  const drivers = options.drivers ?? driversFor(peak, habits);
  watcher.say(`${drivers} drivers go online …`);
  let series = new Series();
  const city = await startCity({
    ...{ url: system.url, rate: rateAt, drivers, seed, habits, pings },
    onTrip: (change) => series.change(change),
    onAccepted: (milliseconds) => series.accepted(milliseconds),
  });
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  if (warmUpMs > 0) {
    watcher.say(`Warming up for ${warmUpMs / 1_000} s …`);
    await pause(warmUpMs);
    city.measure();
    city.late.reset();
    series = new Series();
  }
  watcher.say(
    `Profile ${profile}: ${options.rate} trips per second${peak > rate ? ` to ${peak}` : ''}, time ${timeScale} times as fast, ` +
      `a location per driver every ${pingEveryMs / 1_000} s (${pings}), seed ${seed}; Ctrl-C ends`,
  );

  const startedAt = new Date();
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const rows: SeriesRow[] = [];
  const late = newHistogram();
  const stageLate = newHistogram();
  const own = measureOwnCost();
  const [sentBefore, endedBefore] = [city.pings, ended(city.report())];
  const watch = new ProcessWatch();
  let lag: number | undefined;
  const observe = () => {
    const { pids, admins } = system.processes();
    watch.sample(pids);
    void readLag(admins).then((records) => {
      lag = records;
    });
  };
  const tick = () => {
    for (const histogram of [late, stageLate]) histogram.add(city.late);
    city.late.reset();
    const { trips, retries, violations } = city.report();
    const wanted = profileAt(elapsed());
    const row = {
      ...series.tick(elapsed() / 1_000),
      ...{ wanted: Math.round(wanted * 10) / 10, open: trips.open, retries, lag: lag ?? null },
    };
    rows.push(row);
    if (rows.length % 2 === 0) observe();
    watcher.progress(progressLine(row, violations.length));
  };
  observe();
  const ticking = setInterval(tick, 1_000);

  if (search === undefined) await pause(options.forMs);
  else {
    const staff = async () => {
      const wanted = options.drivers ?? driversFor(rate, habits);
      if (wanted > city.drivers) await city.employ(wanted - city.drivers);
    };
    while (search.rate !== undefined && !signal.aborted) {
      rate = search.rate;
      await staff();
      // What a change of rate stirs up is not part of a step.
      await pause(options.stepMs / 4);
      const before = { lag: lag ?? 0, violations: city.report().violations.length };
      series.begin();
      stageLate.reset();
      const cpuShare = cpuShareFrom();
      await pause(options.stepMs);
      if (signal.aborted) break;
      const { accepted, assigned, p99 } = series.stage;
      const step = {
        ...{ rate, p99, assignedShare: accepted === 0 ? 0 : assigned / accepted },
        lag: { before: before.lag, after: lag ?? 0 },
        violations: city.report().violations.length - before.violations,
        generator: limitOf({
          cpuShare: cpuShare(),
          lateMs: { ...NOT_LATE, p99: stageLate.getValueAtPercentile(99) },
        }),
      };
      const why = search.record(step);
      watcher.say(`${rate} trips per second: ${why ?? 'sustained'}`);
      if (why === undefined || search.rate === undefined) continue;
      rate = Math.min(rate, search.rate) / 4;
      await recovery(city, rate, pause);
    }
  }
  const seconds = elapsed() / 1_000;
  const demanded = city.report();
  const sent = city.pings - sentBefore;
  const generator = own.stop(ended(demanded) - endedBefore, late);
  const processes = watch.rows();
  watcher.say(signal.aborted ? 'Stopping …' : 'Letting the last trips end …');
  const told = await (signal.aborted
    ? city.breakOff(BREAK_OFF_WITHIN)
    : city.finish(FINISH_WITHIN));
  clearInterval(ticking);
  return {
    ...told,
    ...{ profile, startedAt: startedAt.toISOString(), seconds: Math.round(seconds * 10) / 10 },
    ...{ seed, timeScale, drivers: city.drivers, riders: city.riders },
    pings: {
      ...{ mode: pings, everyMs: pingEveryMs, sent },
      perSecond: Math.round((sent / seconds) * 10) / 10,
    },
    ...{ series: rows, histogram: series.buckets(), generator, processes },
    ...(search && { limit: { sustained: search.sustained ?? null, steps: search.steps } }),
  };
}

const ended = ({ trips }: Report) =>
  trips.completed + trips.cancelled + trips.unfulfilled + trips.refused;

const NOT_LATE = { p50: 0, p99: 0, most: 0 };

/** The share of a core that this process has used from now until it is asked. */
function cpuShareFrom(): () => number {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / (performance.now() - began);
  };
}

/** Waits until no more trips are under way than a low rate explains. */
async function recovery(city: City, rate: number, pause: (ms: number) => Promise<void>) {
  for (const until = Date.now() + RECOVER_WITHIN; Date.now() < until; ) {
    await pause(1_000);
    if (city.report().trips.open < rate * 15 + 20) return;
  }
}
