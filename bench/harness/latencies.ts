import { build } from 'hdr-histogram-js';

/** Latencies in milliseconds, kept to three digits from a microsecond to ten minutes. */
export interface Latencies {
  readonly count: number;
  add(milliseconds: number): void;
  /** @throws when there are none */
  at(percent: number): number;
}

const LONGEST_US = 600_000_000;

export function createLatencies(): Latencies {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  });
  return {
    get count() {
      return histogram.totalCount;
    },
    add(milliseconds) {
      const us = Math.round(milliseconds * 1_000);
      histogram.recordValue(Math.min(LONGEST_US, Math.max(1, us)));
    },
    at(percent) {
      if (histogram.totalCount === 0) throw new Error('nothing was measured');
      return histogram.getValueAtPercentile(percent) / 1_000;
    },
  };
}
