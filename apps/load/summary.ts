import { summary } from '../start/summary.ts';
import type { LoadReport } from './report.ts';

/** What became of a run under load, for people. */
export function loadSummary(report: Omit<LoadReport, 'audit'>): string {
  const { pings, generator, processes, limit, drivers, riders } = report;
  const { cpuShare, cpuMsPerTrip, memoryMb, loopDelayMs, lateMs, wasTheLimit } = generator;
  const all = [
    {
      process: 'generator',
      cpuShare,
      memoryMb: { first: memoryMb, most: memoryMb, last: memoryMb },
    },
    ...processes,
  ];
  return [
    summary(report),
    `${drivers} drivers, ${riders} riders; ${pings.perSecond} locations per second (${pings.mode})`,
    `Generator: ${cpuMsPerTrip} ms CPU per trip, event loop late p99 ${loopDelayMs.p99} ms, woken late p99 ${lateMs.p99} ms`,
    wasTheLimit === null
      ? 'The generator was not the limit'
      : `THE GENERATOR MAY HAVE BEEN THE LIMIT: ${wasTheLimit}`,
    `Process        % of a core    memory MB`,
    ...all.map(
      ({ process, cpuShare, memoryMb: { first, last } }) =>
        `  ${process.padEnd(16)}${(cpuShare * 100).toFixed(0).padStart(6)}${`${first} → ${last}`.padStart(18)}`,
    ),
    ...(limit === undefined
      ? []
      : [
          `Sustained: ${limit.sustained === null ? 'none of the rates tried' : `${limit.sustained} trips per second`}`,
        ]),
  ].join('\n');
}
