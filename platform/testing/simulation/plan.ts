import { Chance } from './chance.ts';
import type { Fate, Latency, Operation } from './instance.ts';
import { type Kind, kinds } from './world.ts';

/** Something that is done to the world at a virtual time, in milliseconds. */
export type Action = { readonly at: number } & (
  | { readonly do: 'add'; readonly key: string; readonly n: number }
  | { readonly do: 'garbage'; readonly key: string }
  | {
      readonly do: 'fault';
      readonly place: string;
      readonly on?: Operation;
      readonly fate: Fate;
      readonly skip: number;
      readonly delay?: number;
    }
  | { readonly do: 'crash' | 'start' | 'stop'; readonly place: string }
  | { readonly do: 'pause'; readonly place: string; readonly for: number }
  | { readonly do: 'twice' | 'delay'; readonly place: string; readonly by: number }
  | { readonly do: 'shuffle'; readonly kind: Kind; readonly lag: number }
  | { readonly do: 'away'; readonly what: 'kafka' | 'redis'; readonly for: number }
  | { readonly do: 'set back'; readonly by: number }
  | { readonly do: 'flush' }
);

/** All that a seed decides, except how long each message travels. */
export interface Plan {
  readonly seed: number;
  readonly partitions: number;
  readonly latency: Latency;
  /** In order of time. */
  readonly actions: readonly Action[];
}

const troubles = [
  'crash',
  'crash at',
  'restart',
  'pause',
  'append',
  'claim',
  'send',
  'redis',
  'twice',
  'shuffle',
  'stop',
  'away',
  'flush',
  'set back',
] as const;

/** Commands mostly; the numbers that mean something (see `counter.ts`) now and then. */
const numbers = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 94, 94, 0, 0, 13, 1.5, 2.5, -1, 0.5, 0.5, 91,
  92, 93,
];

/** The story that a seed stands for: commands, and troubles of a few kinds close to them. */
export function planOf(seed: number): Plan {
  const chance = new Chance(seed, 'plan');
  const partitions = chance.pick([1, 1, 2]);
  const least = chance.pick([1, 1, 2, 5]);
  const latency = { least, most: least * chance.pick([1, 2, 5, 10]) };
  const length = chance.pick([100, 400, 1_000, 2_000]);
  const actions: Action[] = [];
  const commands = chance.between(3, 14);
  const keys = ['a', 'b', 'c'].slice(0, chance.between(1, 3));
  for (let i = 0; i < commands; i += 1) {
    const at = chance.between(0, length);
    const key = chance.pick(keys);
    if (chance.oneIn(30)) actions.push({ at, do: 'garbage', key });
    else actions.push({ at, do: 'add', key, n: chance.pick(numbers) });
  }
  const times = actions.map(({ at }) => at);
  // Alarms ring a second later, when something is going on again.
  for (const action of actions) {
    if (action.do === 'add' && action.n === 0) times.push(action.at + 1_010, action.at + 1_020);
  }
  const kindsOfTrouble = Array.from({ length: chance.between(1, 4) }, () => chance.pick(troubles));
  for (let i = chance.between(1, 8); i > 0; i -= 1) {
    // Most troubles come when something is going on.
    const near = chance.pick(times) + chance.between(-10, 40);
    const at = Math.max(0, chance.oneIn(5) ? chance.between(0, length) : near);
    actions.push(...trouble(chance, chance.pick(kindsOfTrouble), at));
  }
  actions.sort((a, b) => a.at - b.at);
  return { seed, partitions, latency, actions };
}

function trouble(chance: Chance, what: (typeof troubles)[number], at: number): Action[] {
  const kind = chance.oneIn(2) ? 'counter' : chance.pick(kinds);
  const place = `${kind}-${chance.pick([1, 1, 2])}`;
  const skip = chance.pick([0, 0, 0, 1, 2, 4]);
  const soon = at + chance.between(1, 300);
  switch (what) {
    case 'crash':
      return [
        { at, do: 'crash', place },
        { at: soon, do: 'start', place },
      ];
    case 'crash at': {
      const fate = chance.pick(['crash before', 'crash after'] as const);
      return [
        { at, do: 'fault', place, fate, skip: chance.between(0, 8) },
        { at: at + chance.between(100, 800), do: 'start', place },
      ];
    }
    case 'restart':
      return [
        { at, do: 'stop', place },
        { at: soon, do: 'start', place },
      ];
    case 'pause': {
      const heir: Action = { at: at + chance.between(-50, 300), do: 'start', place: `${kind}-3` };
      const pause: Action = { at, do: 'pause', place, for: chance.pick([50, 350, 600, 1_500]) };
      return chance.oneIn(2) ? [pause, heir] : [pause];
    }
    case 'append': {
      const fate = chance.pick(['lost', 'unacknowledged', 'late', 'late'] as const);
      const delay = chance.pick([10, 40, 200, 900]);
      return [{ at, do: 'fault', place, on: 'append', fate, skip, delay }];
    }
    case 'claim': {
      // A late one lands when something is going on.
      const fate = chance.pick(['lost', 'unacknowledged', 'late', 'late', 'late'] as const);
      const delay = chance.pick([10, 40, 200, 900]);
      const start = Math.max(0, at - (fate === 'late' ? delay : 0));
      const fault = { on: 'append', fate, skip: 0, delay } as const;
      return [
        { at: start, do: 'crash', place },
        { at: start, do: 'start', place },
        { at: start, do: 'fault', place, ...fault },
      ];
    }
    case 'send': {
      const fate = chance.pick(['lost', 'unacknowledged', 'late', 'partly'] as const);
      const delay = chance.pick([10, 40, 200, 900]);
      return [{ at, do: 'fault', place, on: 'send', fate, skip, delay }];
    }
    case 'redis': {
      const fate = chance.pick(['lost', 'unacknowledged', 'late'] as const);
      const delay = chance.pick([10, 40, 200]);
      return [{ at, do: 'fault', place, on: 'redis', fate, skip, delay }];
    }
    case 'twice':
      return [
        { at, do: 'twice', place, by: chance.between(1, 3) },
        { at, do: 'delay', place, by: chance.pick([0, 50, 400]) },
      ];
    case 'shuffle':
      return [
        { at: Math.max(0, at - chance.between(0, 100)), do: 'start', place: `${kind}-2` },
        { at, do: 'shuffle', kind, lag: chance.pick([0, 50, 300]) },
      ];
    case 'stop':
      return [
        { at: Math.max(0, at - 200), do: 'start', place: `${kind}-2` },
        { at, do: 'stop', place },
      ];
    case 'away':
      return [
        { at, do: 'away', what: chance.pick(['kafka', 'redis']), for: chance.pick([20, 100, 400]) },
      ];
    case 'flush':
      return [{ at, do: 'flush' }];
    case 'set back':
      return [{ at, do: 'set back', by: chance.pick([5, 30, 100, 500]) }];
    default:
      return what satisfies never;
  }
}
