import { parseArgs } from 'node:util';

export interface StartOptions {
  /** How long the city lives, in milliseconds; `undefined`: until Ctrl-C. */
  readonly forMs: number | undefined;
  readonly city: boolean;
  /** Whether the web console is started. */
  readonly console: boolean;
  /** Trips requested per second. */
  readonly rate: number;
  readonly drivers: number;
  readonly seed: number;
  readonly fresh: boolean;
  /** Where the summary goes as JSON. */
  readonly report: string | undefined;
}

export const usage = `npm start [-- OPTION…]

  --for DURATION   end by itself after so long (30s, 5m, 1h), with a summary
  --rate N         trips requested per second (2)
  --drivers N      drivers in the city (30)
  --seed N         seed of the city's chance (1)
  --no-city        run the system alone
  --no-console     leave the web console out
  --fresh          start from empty data
  --report FILE    write the summary as JSON
`;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** @throws with a message for the person who typed it */
export function readOptions(args: readonly string[]): StartOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      for: { type: 'string' },
      rate: { type: 'string' },
      drivers: { type: 'string' },
      seed: { type: 'string' },
      'no-city': { type: 'boolean' },
      'no-console': { type: 'boolean' },
      fresh: { type: 'boolean' },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    forMs: durationOption('--for', values.for),
    city: !values['no-city'],
    console: !values['no-console'],
    rate: numberOption('--rate', values.rate, 2, 0, 10_000),
    drivers: wholeOption('--drivers', values.drivers, 30, 0, 100_000),
    seed: wholeOption('--seed', values.seed, 1, 0, 2 ** 32 - 1),
    fresh: values.fresh ?? false,
    report: values.report,
  };
}

/** In milliseconds. */
export function durationOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, value, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(value) * UNITS[unit as keyof typeof UNITS];
  if (milliseconds > 0) return milliseconds;
  throw new Error(`${name} is "${text}"; it must be a duration such as 30s, 5m or 1h`);
}

export function numberOption(
  name: string,
  text: string | undefined,
  otherwise: number,
  from: number,
  to: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && value >= from && value <= to) return value;
  throw new Error(`${name} is "${text}"; it must be a number from ${from} to ${to}`);
}

export function wholeOption(
  name: string,
  text: string | undefined,
  otherwise: number,
  from: number,
  to: number,
): number {
  const value = numberOption(name, text, otherwise, from, to);
  if (Number.isInteger(value)) return value;
  throw new Error(`${name} is "${text}"; it must be a whole number`);
}
