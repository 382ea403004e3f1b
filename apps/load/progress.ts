import type { SeriesRow } from './report.ts';

/** One line about the last second. */
export function progressLine(row: SeriesRow, violations: number): string {
  const { at, wanted, accepted, completed, otherwise, waitedMs, open, retries, lag } = row;
  return (
    `${Math.round(at)} s · wanted ${wanted}/s, requested ${accepted}, completed ${completed}, otherwise ${otherwise}, ` +
    `${open} open · to driver p50 ${waitedMs.p50} ms, p99 ${waitedMs.p99} ms · ${retries} tried again · ` +
    `lag ${lag ?? 'unknown'}` +
    (violations > 0 ? ` · ${violations} VIOLATIONS` : '')
  );
}
