import type { AuditReport } from '../audit/audit-system.ts';
import type { PingMode } from '../simulator/pinger.ts';
import type { Report } from '../simulator/tally.ts';
import type { Step } from './limit.ts';
import type { OwnCost } from './own-cost.ts';
import type { ProcessRow } from './processes.ts';
import type { ProfileName } from './profiles.ts';
import type { Bucket, Second } from './series.ts';

/** A second of the run, as the plots need it. */
export interface SeriesRow extends Second {
  /** Trips per second that were to be wanted then. */
  readonly wanted: number;
  /** Trips under way. */
  readonly open: number;
  /** Requests tried again. */
  readonly retries: number;
  /** Records that the services had not handled; `null` where they did not say. */
  readonly lag: number | null;
}

/** What became of a run under load: the report of `npm start`, and what follows. */
export interface LoadReport extends Report {
  readonly profile: ProfileName;
  /** When it began and how long trips were requested, from then on, in seconds. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly seed: number;
  readonly timeScale: number;
  readonly drivers: number;
  readonly riders: number;
  readonly pings: {
    readonly mode: PingMode;
    readonly everyMs: number;
    readonly sent: number;
    readonly perSecond: number;
  };
  /** One row a second. Latencies count from the moment that something was due: nothing is omitted. */
  readonly series: readonly SeriesRow[];
  /** How often trips waited how long for their driver, besides thinking. */
  readonly histogram: readonly Bucket[];
  readonly generator: OwnCost;
  readonly processes: readonly ProcessRow[];
  /** Of `find-the-limit`: the largest rate that was sustained (`null`: none), and how it was found. */
  readonly limit?: {
    readonly sustained: number | null;
    readonly steps: readonly (Step & { readonly tooMuch: string | null })[];
  };
  readonly audit: AuditReport['figures'] | null;
}
