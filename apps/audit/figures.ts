import type { Findings } from './findings.ts';

/** What an audit has seen. */
export interface Figures {
  /** By topic. */
  readonly records: Readonly<Record<string, number>>;
  readonly recordsInAll: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** The most memory that the process had, in MiB. */
  readonly peakMemoryMiB: number;
  /** Claims, zombies and repetitions dropped, trips and offers by outcome, money in minor units, … */
  readonly counts: Readonly<Record<string, number>>;
  /** Violations, of which not more than a thousand are listed. */
  readonly violations: number;
  /** Absent when the read models were compared; else why they were not. */
  readonly readModels?: string;
}

export function figuresOf(
  findings: Findings,
  records: ReadonlyMap<string, number>,
  milliseconds: number,
  readModels: string | undefined,
): Figures {
  const recordsInAll = [...records.values()].reduce((sum, count) => sum + count, 0);
  return {
    records: Object.fromEntries(records),
    recordsInAll,
    seconds: Math.round(milliseconds) / 1_000,
    recordsPerSecond: Math.round(recordsInAll / (Math.max(milliseconds, 1) / 1_000)),
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
    counts: findings.counts(),
    violations: findings.total,
    ...(readModels !== undefined && { readModels }),
  };
}

/** For people: one figure a line. */
export function figuresTable(figures: Figures): string {
  const { records, counts, recordsInAll, seconds, recordsPerSecond, peakMemoryMiB } = figures;
  const rows: (readonly [string, number])[] = [
    ...Object.entries(records).map(([topic, count]) => [`records of ${topic}`, count] as const),
    ...Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, value]) => `  ${name.padEnd(width)} ${String(value).padStart(12)}`),
    `Read ${recordsInAll} records in ${seconds} s: ${recordsPerSecond} a second, ${peakMemoryMiB} MiB at most`,
    ...(figures.readModels === undefined
      ? []
      : [`The read models were not compared: ${figures.readModels}`]),
  ].join('\n');
}
