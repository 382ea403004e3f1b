import { barPlot, escaped, linePlot } from './charts.ts';
import { style } from './page-style.ts';
import type { LoadReport, SeriesRow } from './report.ts';

const row = (cells: readonly (string | number)[], tag = 'td') =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  `<div class="wide"><table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells)).join('')}</tbody></table></div>`;
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The report as one page that needs nothing else: no script, no font, no network. */
export function toPage(report: LoadReport): string {
  const { profile, startedAt, seconds, violations, generator } = report;
  const verdict =
    violations.length === 0
      ? '<p class="good">No promise was broken.</p>'
      : `<div class="bad"><p>${violations.length} violations</p><ul>${violations
          .slice(0, 100)
          .map((violation) => `<li>${escaped(violation)}</li>`)
          .join('')}</ul></div>`;
  const limited =
    generator.wasTheLimit === null
      ? '<p class="good">The generator was not the limit.</p>'
      : `<p class="bad">The generator may have been the limit: ${escaped(generator.wasTheLimit)}.</p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hail under load: ${profile}</title><style>${style}</style></head><body>
<h1>Hail under load</h1>
<p>Profile <b>${profile}</b>, ${seconds} s from ${escaped(startedAt)}; time runs ${report.timeScale} times as fast, seed ${report.seed}.
${report.drivers} drivers and ${report.riders} riders; ${report.pings.perSecond} locations per second (${report.pings.mode}, one per driver every ${report.pings.everyMs / 1_000} s).</p>
${verdict}${limited}
${figures(report)}${limitOf(report)}${plots(report.series)}
${barPlot(
  'How long trips waited for a driver, besides thinking',
  'trips per range, up to so many ms',
  report.histogram.map(({ upTo, count }) => ({ name: String(upTo), value: count })),
)}
<h2>What it cost</h2>${costs(report)}
<p class="note">Open loop: trips are wanted at their times, however slow the system is. Latencies count from the moment that something was due, not from when it could be sent, so that nothing is left out by waiting (coordinated omission).</p>
</body></html>
`;
}

function figures({ trips, latencyMs, completedTripsPerSecond, retries }: LoadReport): string {
  const { requestAccepted, requestToAssigned, requestToAssignedWithoutThinking } = latencyMs;
  const latency = (name: string, { p50, p95, p99 }: typeof requestAccepted) => [
    name,
    p50,
    p95,
    p99,
  ];
  return (
    table(
      [
        'requested',
        'completed',
        'cancelled',
        'unfulfilled',
        'refused',
        'open',
        'completed per s',
        'tried again',
      ],
      [
        [
          ...[trips.requested, trips.completed, trips.cancelled, trips.unfulfilled],
          ...[trips.refused, trips.open, completedTripsPerSecond, retries],
        ],
      ],
    ) +
    table(
      ['latency in ms', 'p50', 'p95', 'p99'],
      [
        latency('request accepted', requestAccepted),
        latency('request to assigned', requestToAssigned),
        latency('less the time drivers think', requestToAssignedWithoutThinking),
      ],
    )
  );
}

function limitOf({ limit }: LoadReport): string {
  if (limit === undefined) return '';
  const found =
    limit.sustained === null
      ? 'No rate was sustained'
      : `${limit.sustained} trips per second were sustained`;
  const rows = limit.steps.map(({ rate, p99, assignedShare, lag, tooMuch }) => [
    ...[rate, p99, percent(assignedShare), lag.after - lag.before, tooMuch ?? 'sustained'],
  ]);
  return `<h2>${found}</h2>${table(['rate', 'p99 ms', 'assigned', 'lag grew by', ''], rows)}`;
}

function plots(series: readonly SeriesRow[]): string {
  const at = series.map((second) => second.at);
  const line = (name: string, of: (second: SeriesRow) => number | null) => ({
    name,
    values: series.map(of),
  });
  return [
    linePlot('Rate', 'trips per second', at, [
      line('wanted', ({ wanted }) => wanted),
      line('accepted', ({ accepted }) => accepted),
      line('completed', ({ completed }) => completed),
    ]),
    linePlot('Waiting for a driver, besides thinking', 'ms, per second', at, [
      line('p50', ({ waitedMs }) => waitedMs.p50),
      line('p95', ({ waitedMs }) => waitedMs.p95),
      line('p99', ({ waitedMs }) => waitedMs.p99),
    ]),
    linePlot('Any request, until it is accepted', 'ms, per second', at, [
      line('p50', ({ requestMs }) => requestMs.p50),
      line('p95', ({ requestMs }) => requestMs.p95),
      line('p99', ({ requestMs }) => requestMs.p99),
    ]),
    linePlot('Lag and open trips', 'records, trips', at, [
      line('records not handled', ({ lag }) => lag),
      line('trips under way', ({ open }) => open),
    ]),
  ].join('');
}

function costs({ generator, processes }: LoadReport): string {
  const { cpuShare, cpuMsPerTrip, loopDelayMs, lateMs, memoryMb } = generator;
  return (
    table(
      ['process', 'of a core', 'memory MB: first', 'most', 'last'],
      [
        ['generator', percent(cpuShare), memoryMb, memoryMb, memoryMb],
        ...processes.map(({ process, cpuShare: share, memoryMb: { first, most, last } }) => [
          ...[process, percent(share), first, most, last],
        ]),
      ],
    ) +
    table(
      ['generator', 'p50', 'p99', 'most'],
      [
        ['event loop late, ms', loopDelayMs.p50, loopDelayMs.p99, loopDelayMs.most],
        ['people woken late, ms', lateMs.p50, lateMs.p99, lateMs.most],
        ['CPU per trip, ms', cpuMsPerTrip, '', ''],
      ],
    )
  );
}
