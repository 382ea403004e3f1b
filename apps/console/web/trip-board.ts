import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '../../../schemas/topics.ts';
import type { Connection } from '../core/connect.ts';
import { Epochs } from '../core/epochs.ts';
import type { Shown } from '../core/show.ts';
import { tail } from '../core/tail.ts';
import type { FunnelStep, LatLon, TripRow } from './shapes.ts';

/** How far back trips are looked at, in minutes. */
export const MINUTES = 10;
const MOST_TRIPS = 20_000;
const RETRY_AFTER = 1_000;

/** How far a trip has come by an event, and where it is then. */
const steps: Readonly<Record<string, { readonly reached: number; readonly stage: string }>> = {
  TripRequested: { reached: 0, stage: 'requested' },
  DriverSearchStarted: { reached: 1, stage: 'searching' },
  TripAssigned: { reached: 2, stage: 'assigned' },
  DriverArrived: { reached: 3, stage: 'arrived' },
  TripStarted: { reached: 4, stage: 'in progress' },
  TripCompleted: { reached: 5, stage: 'completed' },
  DriverWithdrew: { reached: 1, stage: 'searching' },
};
const ends: Readonly<Record<string, string>> = {
  TripCompleted: 'completed',
  TripCancelled: 'cancelled',
  TripUnfulfilled: 'unfulfilled',
  TripRequestRefused: 'refused',
};
const STAGES = ['requested', 'searching', 'assigned', 'arrived', 'in progress', 'completed'];

interface Known extends TripRow {
  /** The furthest stage so far, an index of `STAGES`. */
  readonly reached: number;
}

/** The trips of the last minutes, and older ones under way that were seen, followed in their log. */
export class TripBoard {
  readonly #trips = new Map<string, Known>();
  #epochs = new Map<number, Epochs>();

  /** Reads until `signal` is aborted; begins anew after Kafka was away. Never rejects. */
  async follow(connection: Connection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#epochs = new Map();
      const from = { at: 'time', time: Date.now() - MINUTES * 60_000 } as const;
      const options = { topics: [topics.tripEvents.name], from, follow: true, signal };
      try {
        for await (const records of tail(connection, options)) {
          for (const record of records) this.take(record);
          this.#forget(Date.now());
        }
      } catch {
        await sleep(RETRY_AFTER, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Takes the next record of one of the log's partitions. */
  take(record: Shown): void {
    const { partition, key: tripId, type = '', timestamp, data } = record;
    const epochs = this.#epochs.get(partition) ?? new Epochs();
    this.#epochs.set(partition, epochs);
    epochs.see(record);
    const step = steps[type];
    const end = ends[type];
    if ((step === undefined && end === undefined) || epochs.isZombie(record)) return;
    const known = this.#trips.get(tripId);
    const told = data as Partial<Record<'pickup' | 'dropoff', LatLon>> & { driverId?: string };
    const assigned = type === 'TripAssigned' ? told.driverId : known?.driverId;
    this.#trips.delete(tripId);
    this.#trips.set(tripId, {
      tripId,
      stage: end ?? step?.stage ?? '',
      ended: end !== undefined,
      reached: Math.max(known?.reached ?? 0, step?.reached ?? 0),
      requestedAt: known?.requestedAt ?? timestamp,
      changedAt: timestamp,
      driverId: type === 'DriverWithdrew' ? undefined : assigned,
      pickup: known?.pickup ?? told.pickup,
      dropoff: known?.dropoff ?? told.dropoff,
    });
  }

  /** The latest first. */
  recent(count: number): readonly TripRow[] {
    return [...this.#trips.values()].sort((a, b) => b.requestedAt - a.requestedAt).slice(0, count);
  }

  /** Those that have not ended, and those that did after a time. */
  underWay(endedAfter = Number.POSITIVE_INFINITY): readonly TripRow[] {
    return [...this.#trips.values()].filter(
      ({ ended, changedAt }) => !ended || changedAt > endedAfter,
    );
  }

  /** Of the trips requested in the last minutes: how many came how far, and how many ended how. */
  funnel(now: number): { reached: readonly FunnelStep[]; ended: readonly FunnelStep[] } {
    const since = now - MINUTES * 60_000;
    const trips = [...this.#trips.values()].filter(({ requestedAt }) => requestedAt >= since);
    return {
      reached: STAGES.map((stage, i) => ({
        stage,
        trips: trips.filter(({ reached }) => reached >= i).length,
      })),
      ended: Object.values(ends).map((stage) => ({
        stage,
        trips: trips.filter((trip) => trip.ended && trip.stage === stage).length,
      })),
    };
  }

  #forget(now: number): void {
    for (const [tripId, { ended, changedAt }] of this.#trips) {
      const old = ended && changedAt < now - MINUTES * 60_000;
      if (!old && this.#trips.size <= MOST_TRIPS) return;
      this.#trips.delete(tripId);
    }
  }
}
