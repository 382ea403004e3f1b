import type { Annotated } from '../../../platform/avro/annotate.ts';
import type { Shown, What } from '../core/show.ts';
import type { TopicFacts } from '../core/topics.ts';

/** What the server sends to the page, as JSON. Times are milliseconds since 1970 unless they say otherwise. */

/** One of Hail's processes, by its own `/readyz` and `/metrics`. */
export interface ProcessFacts {
  readonly name: string;
  readonly pid: number;
  readonly ready: boolean;
  /** What it lacks, in words. */
  readonly lacks: readonly string[];
  readonly memoryBytes: number | undefined;
  /** Processors in use since it was last looked at: 0.5 is half of one. */
  readonly cpu: number | undefined;
}

export interface TopicRate {
  readonly topic: string;
  readonly kind: string | undefined;
  readonly records: number;
  readonly perSecond: number;
}

export interface GroupLag {
  readonly group: string;
  /** Age of the oldest record not yet done, of the shard that is furthest behind. */
  readonly seconds: number;
  readonly records: number;
  /** `seconds` as it was, oldest first, a sample each two seconds. */
  readonly history: readonly number[];
}

/** How many trips have come so far, or ended so. */
export interface FunnelStep {
  readonly stage: string;
  readonly trips: number;
}

export interface Overview {
  readonly at: number;
  readonly processes: readonly ProcessFacts[];
  readonly topics: readonly TopicRate[];
  readonly lag: readonly GroupLag[];
  readonly funnel: {
    readonly reached: readonly FunnelStep[];
    readonly ended: readonly FunnelStep[];
  };
  /** How far back trips were looked at, in minutes. */
  readonly minutes: number;
}

/** A record as a line of a list; all of it is at `/api/records/<topic>/<partition>/<offset>`. */
export interface Row {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly what: What;
  readonly type: string | undefined;
  /** The beginning of its value. */
  readonly line: string;
}

/** What came within a tenth of a second. */
export interface TailFrame {
  readonly rows: readonly Row[];
  /** How many records passed the filter; more than there are rows if some were passed over. */
  readonly seen: number;
  /** Reading begins: the rows are the last that the topic has, whatever came before. */
  readonly begins: boolean;
}

export interface RecordPage {
  readonly record: Shown;
  readonly hex: string;
  readonly annotated: Annotated | undefined;
}

export interface TripRow {
  readonly tripId: string;
  /** Where it is, or how it ended. */
  readonly stage: string;
  readonly ended: boolean;
  readonly requestedAt: number;
  readonly changedAt: number;
  readonly driverId: string | undefined;
  readonly pickup: LatLon | undefined;
  readonly dropoff: LatLon | undefined;
}

export interface LatLon {
  readonly latitude: number;
  readonly longitude: number;
}

export interface DriverOnMap extends LatLon {
  readonly id: string;
  readonly status: string;
  /** The trip the driver is offered, or has. */
  readonly tripId?: string;
}

/** The streets: `blocks` along each side, between two corners. */
export interface Grid {
  readonly southWest: LatLon;
  readonly northEast: LatLon;
  readonly blocks: number;
}

export interface MapFrame {
  readonly at: number;
  readonly grid: Grid;
  readonly drivers: readonly DriverOnMap[];
  /** How many drivers there are; more than are sent if these are a sample. */
  readonly driversTotal: number;
  readonly trips: readonly TripRow[];
}

export interface LetterRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly reason: string;
  readonly group: string;
  readonly from: string | undefined;
  readonly setAsideAt: number;
  readonly redrives: number;
  readonly status: string;
  readonly type: string | undefined;
  readonly line: string;
}

export type { Span } from '../../../platform/avro/annotate.ts';
export type { GroupDescription } from '../../../platform/kafka/inspect.ts';
export type { SchemaChange } from '../core/schema-changes.ts';
export type { Step } from '../core/steps.ts';
export type { Story } from '../core/story.ts';
export type { Annotated, Shown, TopicFacts };
