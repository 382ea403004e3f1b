import type { Percentiles, Report } from '../simulator/tally.ts';

/** One line about how the city is doing. */
export function statusLine({ trips, latencyMs, violations }: Report, seconds: number): string {
  const { requested, completed, cancelled, unfulfilled, refused, open } = trips;
  const { p50, p99 } = latencyMs.requestToAssigned;
  const ended = cancelled + unfulfilled + refused;
  return (
    `${Math.round(seconds)} s · ${requested} trips requested, ${open} open, ${completed} completed, ` +
    `${ended} ended otherwise · to assigned p50 ${p50} ms, p99 ${p99} ms` +
    (violations.length > 0 ? ` · ${violations.length} VIOLATIONS` : '')
  );
}

const row = (name: string, { p50, p95, p99 }: Percentiles): string =>
  `  ${name.padEnd(46)} ${String(p50).padStart(6)} ${String(p95).padStart(6)} ${String(p99).padStart(6)}`;

/** What became of a run, for people. */
export function summary({
  trips,
  latencyMs,
  completedTripsPerSecond,
  retries,
  violations,
}: Report): string {
  const { requested, completed, cancelled, unfulfilled, refused, open } = trips;
  return [
    `Trips: ${requested} requested = ${completed} completed + ${cancelled} cancelled + ` +
      `${unfulfilled} unfulfilled + ${refused} refused + ${open} open`,
    `Completed per second: ${completedTripsPerSecond} · requests tried again: ${retries}`,
    `Latency in ms${' '.repeat(38)}p50    p95    p99`,
    row('request accepted', latencyMs.requestAccepted),
    row('request to assigned', latencyMs.requestToAssigned),
    row('  less the time drivers think', latencyMs.requestToAssignedWithoutThinking),
    violations.length === 0 ? 'Violations: none' : `Violations: ${violations.length}`,
    ...violations.slice(0, 20).map((violation) => `  ${violation}`),
  ].join('\n');
}
