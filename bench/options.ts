import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Empty: all of them. */
  readonly names: readonly string[];
  readonly list: boolean;
  readonly quick: boolean;
  /** How often each side is measured. */
  readonly rounds: number;
  /** Where all figures go as JSON. */
  readonly json: string | undefined;
  /** Where the processes that are measured write their CPU profiles. */
  readonly cpuProf: string | undefined;
}

export const usage = `npm run bench [-- NAME… OPTION…]

  --list           say what there is
  --quick          tiny sizes, to see that everything works; the figures mean nothing
  --rounds N       how often each side is measured (3)
  --json FILE      write all figures as JSON
  --cpu-prof DIR   let the processes that are measured write CPU profiles
`;

const ROUNDS = 3;
const QUICK_ROUNDS = 1;

/** @throws with a message for the person who typed it */
export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) throw new Error('');
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new Error(`There is no bench "${stranger}"; there are ${known.join(', ')}.`);
  }
  const { list, quick, json } = values;
  const rounds = Number(values.rounds ?? (quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error(`--rounds is "${values.rounds}"; it must be a number from 1 to 100.`);
  }
  const cpuProf = values['cpu-prof'];
  return {
    names: positionals,
    list,
    quick,
    rounds,
    json: json === undefined ? undefined : resolve(json),
    cpuProf: cpuProf === undefined ? undefined : resolve(cpuProf),
  };
}
