import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';
import { nextTraceparent } from './traceparent.ts';

describe('nextTraceparent', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('continues a trace under a new span', () => {
    const next = nextTraceparent(`00-${trace}-00f067aa0ba902b7-00`);
    expect(next).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    expect(next).not.toContain('00f067aa0ba902b7');
  });

  it('reads what a later version adds, and answers in its own', () => {
    expect(nextTraceparent(`01-${trace}-00f067aa0ba902b7-01-more`)).toContain(`00-${trace}-`);
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${trace}-00f067aa0ba902b7-01-more`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('begins a trace instead of %s', (incoming) => {
    const next = nextTraceparent(incoming);
    expect(next).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(next).not.toContain(trace);
  });
});

describe('createMetrics', () => {
  it('labels everything with service and instance', async () => {
    const metrics = createMetrics('trip', 'trip-1');
    metrics.counter('decided_total', 'Decided.', ['kind']).inc({ kind: 'trip' }, 2);
    metrics.gauge('lag_records', 'Lag.', [], (gauge) => gauge.set(7));
    metrics.histogram('step_seconds', 'Steps.').observe(0.002);
    const { body, contentType } = await metrics.text();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('decided_total{kind="trip",service="trip",instance="trip-1"} 2');
    expect(body).toContain('lag_records{service="trip",instance="trip-1"} 7');
    expect(body).toContain('step_seconds_bucket{le="0.0025",service="trip",instance="trip-1"} 1');
    expect(body).toContain('process_cpu_user_seconds_total');
  });
});
