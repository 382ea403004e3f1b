import { expect, it } from 'vitest';
import { ceiling } from './charts.ts';
import { toPage } from './page.ts';
import type { LoadReport, SeriesRow } from './report.ts';

const latency = { p50: 10, p95: 20, p99: 30 };
const second = (at: number): SeriesRow => ({
  ...{ at, wanted: 5, accepted: 5, assigned: 4, completed: 3, otherwise: 0, open: 2 },
  ...{ waitedMs: latency, requestMs: latency, retries: 0, lag: at === 2 ? null : 12 },
});
const report: LoadReport = {
  trips: { requested: 9, completed: 8, cancelled: 1, unfulfilled: 0, refused: 0, open: 0 },
  latencyMs: {
    requestAccepted: latency,
    requestToAssigned: latency,
    requestToAssignedWithoutThinking: latency,
  },
  ...{ completedTripsPerSecond: 4, retries: 0, violations: ['a <b> & "c"'] },
  ...{ profile: 'steady', startedAt: '2026-01-01T00:00:00.000Z', seconds: 3, seed: 1 },
  ...{ timeScale: 60, drivers: 3, riders: 4 },
  pings: { mode: 'batched', everyMs: 4_000, sent: 3, perSecond: 1 },
  series: [1, 2, 3].map(second),
  histogram: [{ upTo: 10, count: 8 }],
  generator: {
    ...{ cpuShare: 0.1, cpuMsPerTrip: 1, memoryMb: 90, wasTheLimit: null },
    ...{ loopDelayMs: { p50: 0, p99: 1, most: 2 }, lateMs: { p50: 0, p99: 1, most: 2 } },
  },
  processes: [{ process: 'kafka', cpuShare: 0.3, memoryMb: { first: 1, most: 3, last: 2 } }],
  audit: null,
};

it('is one page that asks for nothing else, and takes no text for markup', () => {
  const page = toPage(report);
  expect(page).not.toMatch(/<script|<link|<img|src=|href=|@import|url\(/);
  expect(page).toContain('a &#60;b&#62; &#38; &#34;c&#34;');
  expect(page.match(/<svg /g)?.length).toBe(5);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

it('shows how the limit was found', () => {
  const step = {
    ...{ rate: 30, p99: 2_000, assignedShare: 0.5, lag: { before: 0, after: 9 }, violations: 0 },
    ...{ generator: null, tooMuch: 'p99 was 2000 ms' },
  };
  const page = toPage({ ...report, limit: { sustained: 20, steps: [step] } });
  expect(page).toContain('20 trips per second were sustained');
  expect(page).toContain('p99 was 2000 ms');
});

it.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [5, 5],
  [70, 100],
  [1_001, 2_000],
])('has an axis for %i up to %i', (value, most) => {
  expect(ceiling(value)).toBe(most);
});
