import { check as followTrip } from './1-follow-a-trip/check.ts';
import { check as interactionStyles } from './2-interaction-styles/check.ts';
import { measure } from './2-interaction-styles/measure.ts';
import { check as keysAndOrder } from './3-keys-and-order/check.ts';
import { check as consumerGroups } from './4-consumer-groups/check.ts';
import { check as schemaEvolution } from './5-schema-evolution/check.ts';
import { check as crashIt } from './6-crash-it/check.ts';
import { check as readModels } from './7-read-models/check.ts';
import { spoil } from './7-read-models/spoil.ts';
import { check as fifthService } from './8-a-fifth-service/check.ts';
import type { Check, Lab, Solve } from './lab.ts';
import { solve as solve1 } from './solutions/1/solve.ts';
import { solve as solve2 } from './solutions/2/solve.ts';
import { solve as solve3 } from './solutions/3/solve.ts';
import { solve as solve4 } from './solutions/4/solve.ts';
import { solve as solve5 } from './solutions/5/solve.ts';
import { solve as solve6 } from './solutions/6/solve.ts';
import { solve as solve7 } from './solutions/7/solve.ts';
import { solve as solve8 } from './solutions/8/solve.ts';

export interface Entry {
  readonly folder: string;
  readonly check: Check;
  readonly solve: Solve;
  /** Its solution is processes that must be there when it is checked. */
  readonly leavesRunning?: boolean;
  /** What else `npm run lab -- N …` can do. */
  readonly helps?: Readonly<
    Record<string, (lab: Lab, say: (text: string) => void) => Promise<void>>
  >;
}

/** The labs by number. */
export const labs: Readonly<Record<string, Entry>> = {
  1: { folder: '1-follow-a-trip', check: followTrip, solve: solve1 },
  2: {
    folder: '2-interaction-styles',
    check: interactionStyles,
    solve: solve2,
    helps: {
      measure: async (lab, say) => {
        await measure(lab, say);
      },
    },
  },
  3: { folder: '3-keys-and-order', check: keysAndOrder, solve: solve3 },
  4: {
    folder: '4-consumer-groups',
    check: consumerGroups,
    solve: solve4,
    leavesRunning: true,
  },
  5: { folder: '5-schema-evolution', check: schemaEvolution, solve: solve5 },
  6: { folder: '6-crash-it', check: crashIt, solve: solve6 },
  7: {
    folder: '7-read-models',
    check: readModels,
    solve: solve7,
    helps: { spoil },
  },
  8: { folder: '8-a-fifth-service', check: fifthService, solve: solve8, leavesRunning: true },
};
