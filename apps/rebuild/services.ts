import { dispatchAggregate } from '../../services/driver/dispatch/aggregate.ts';
import { driverAggregate } from '../../services/driver/driver/aggregate.ts';
import { riderAggregate } from '../../services/rider/aggregate.ts';
import { tripAggregate } from '../../services/trip/aggregate.ts';
import { type RebuildOptions, rebuildKind, type ShardReport } from './rebuild.ts';

type Rebuild = (options: RebuildOptions) => AsyncGenerator<ShardReport>;

/** The services whose read models are folded from logs of their own, kind by kind. */
export const rebuilds: Readonly<Record<string, readonly Rebuild[]>> = {
  rider: [(options) => rebuildKind(riderAggregate, options)],
  trip: [(options) => rebuildKind(tripAggregate(), options)],
  driver: [
    (options) => rebuildKind(driverAggregate, options),
    (options) => rebuildKind(dispatchAggregate(), options),
  ],
};

export const usage = `npm run rebuild -- SERVICE [--compare-only]

  Builds the read model of a service anew from its log, beside the living one; compares the two,
  and switches over. The system may be running. SERVICE is ${Object.keys(rebuilds).join(', ')}.

  --compare-only   compare, and leave the living model as it is
  --show N         print at most so many aggregates that differ (20)

  Status 0: the models were equal. 1: they differed. 2: it could not be done.
`;

const noLog = `The notification service has no log of its own: its feeds are news made from the other services' logs,
of which it keeps the latest. Nothing in them is stored for good, so there is nothing to rebuild. Should they
be lost, it makes them anew by itself from the last ten minutes of those logs.`;

export interface RebuildCommand {
  readonly rebuilds: readonly Rebuild[];
  readonly compareOnly: boolean;
  /** How many aggregates that differ are printed at most. */
  readonly show: number;
}

/** @throws with a message for the person who typed it */
export function readCommand(
  service: string | undefined,
  values: { readonly 'compare-only'?: boolean; readonly show?: string },
): RebuildCommand {
  if (service === 'notification') throw new Error(noLog);
  const found = rebuilds[service ?? ''];
  if (found === undefined) {
    throw new Error(
      `"${service ?? ''}" is no service; it can be ${Object.keys(rebuilds).join(', ')}`,
    );
  }
  const show = Number(values.show ?? 20);
  if (!Number.isInteger(show) || show < 0) {
    throw new Error(`--show is "${values.show}"; it must be a whole number`);
  }
  return { rebuilds: found, compareOnly: values['compare-only'] ?? false, show };
}
