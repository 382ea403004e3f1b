import { parseArgs } from 'node:util';
import { numberOption, wholeOption } from '../start/options.ts';

export interface FaultOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number;
  readonly drivers: number;
  /** Only faults whose name contains this. */
  readonly only: string;
  readonly report: string | undefined;
  /** Whether slowness is only told: for machines whose speed says nothing. */
  readonly lenient: boolean;
}

export const usage = `npm run faults [-- OPTION…]

  --minutes N      how long faults are done to the system (2)
  --seed N         seed of their order and of the city's chance (1)
  --rate N         trips requested per second (20)
  --drivers N      drivers in the city (150)
  --only TEXT      only faults whose name contains this, such as "Redis"
  --report FILE    write the result as JSON
  --lenient        tell what was too slow, but fail only for what was wrong
`;

/** @throws with a message for the person who typed it */
export function readFaultOptions(args: readonly string[]): FaultOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
      drivers: { type: 'string' },
      only: { type: 'string' },
      report: { type: 'string' },
      lenient: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    minutes: numberOption('--minutes', values.minutes, 2, 0.1, 600),
    seed: wholeOption('--seed', values.seed, 1, 0, 2 ** 32 - 1),
    rate: numberOption('--rate', values.rate, 20, 0.1, 1_000),
    drivers: wholeOption('--drivers', values.drivers, 150, 1, 10_000),
    only: values.only ?? '',
    report: values.report,
    lenient: values.lenient ?? false,
  };
}
