import { parseArgs } from 'node:util';
import { defaultTimeScale } from '../simulator/habits.ts';
import type { PingMode } from '../simulator/pinger.ts';
import { durationOption, numberOption, wholeOption } from '../start/options.ts';
import { type ProfileName, profileNames } from './profiles.ts';

export interface LoadOptions {
  readonly profile: ProfileName;
  /** Trips requested per second: all the time, at the beginning, or between spikes. */
  readonly rate: number;
  /** Trips requested per second at the end of a ramp, in the spike, or at most. */
  readonly to: number;
  readonly forMs: number;
  /** How long the rate rises, from a quarter, before anything is measured: code has to be compiled first. */
  readonly warmUpMs: number;
  /** How long a spike lasts, and each step on the way to the limit. */
  readonly stepMs: number;
  /** `undefined`: as many as the rate needs. */
  readonly drivers: number | undefined;
  readonly timeScale: number;
  readonly pingEveryMs: number;
  readonly pings: PingMode;
  readonly seed: number;
  readonly fresh: boolean;
  /** Where the report goes as JSON; the page goes beside it. */
  readonly report: string | undefined;
}

export const usage = `npm run load [-- OPTION…]

  --profile NAME    steady, ramp, spike, soak or find-the-limit (steady)
  --rate N          trips requested per second: steadily, at first, or besides the spike (20)
  --to N            … at the end of the ramp, in the spike (5 times --rate), or at most (1000)
  --for DURATION    how long trips are requested (60s; soak 30m; not for find-the-limit)
  --warm-up D       let the rate rise for so long before anything is measured (0s)
  --step DURATION   how long the spike lasts, or each step to the limit is tried (20s)
  --drivers N       drivers in the city (as many as the rate needs)
  --time-scale N    how many times as fast as in life the city lives (60; 600: a ride of 20 minutes in 2 s)
  --ping-every D    how often a driver says where they are (4s)
  --pings MODE      batched (a fleet sends for its drivers) or single (each for themselves) (batched)
  --seed N          seed of the city's chance (1)
  --fresh           start from empty data
  --report FILE     write the report as JSON, and as a page beside it (FILE with .html)

Starts the system if none is running here, and then stops it again.
`;

/** @throws with a message for the person who typed it */
export function readLoadOptions(args: readonly string[]): LoadOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ profile: text, rate: text, to: text, for: text, step: text, drivers: text },
      'warm-up': text,
      ...{ 'time-scale': text, 'ping-every': text, pings: text, seed: text, report: text },
      fresh: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const profile = oneOf('--profile', values.profile, profileNames);
  const rate = numberOption('--rate', values.rate, 20, 0.1, 10_000);
  const most = profile === 'find-the-limit' ? 1_000 : 5 * rate;
  return {
    profile,
    rate,
    to: numberOption('--to', values.to, most, 0.1, 10_000),
    forMs: durationOption('--for', values.for) ?? (profile === 'soak' ? 1_800_000 : 60_000),
    warmUpMs: durationOption('--warm-up', values['warm-up']) ?? 0,
    stepMs: durationOption('--step', values.step) ?? 20_000,
    drivers:
      values.drivers === undefined
        ? undefined
        : wholeOption('--drivers', values.drivers, 0, 1, 100_000),
    timeScale: numberOption('--time-scale', values['time-scale'], defaultTimeScale, 1, 6_000),
    pingEveryMs: durationOption('--ping-every', values['ping-every']) ?? 4_000,
    pings: oneOf('--pings', values.pings, ['batched', 'single'] as const),
    seed: wholeOption('--seed', values.seed, 1, 0, 2 ** 32 - 1),
    fresh: values.fresh ?? false,
    report: values.report,
  };
}

/** One of a few words; the first if none is given. */
function oneOf<T extends string>(name: string, given: string | undefined, all: readonly T[]): T {
  const found = given === undefined ? all[0] : all.find((word) => word === given);
  if (found !== undefined) return found;
  throw new Error(`${name} is "${given}"; it must be one of ${all.join(', ')}`);
}
