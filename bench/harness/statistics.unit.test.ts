import { describe, expect, it } from 'vitest';
import { createLatencies } from './latencies.ts';
import { ratios, spreadOf } from './statistics.ts';

describe('spreadOf', () => {
  it('takes the middle one of an odd number of rounds, in whatever order they come', () => {
    expect(spreadOf([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9 });
  });

  it('takes the mean of the two in the middle of an even number', () => {
    expect(spreadOf([10, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 10 });
  });

  it('takes one for what it is, and none for a mistake', () => {
    expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('ratios', () => {
  it('compares pair by pair, so that a slow minute does not show', () => {
    expect(ratios([2, 20, 2], [1, 10, 1])).toEqual([2, 2, 2]);
  });

  it('compares only what was measured in the same rounds', () => {
    expect(() => ratios([1, 2], [1])).toThrow('2 rounds cannot be compared with 1');
  });
});

describe('latencies', () => {
  it('gives percentiles in milliseconds, to a thousandth of the value', () => {
    const latencies = createLatencies();
    for (let i = 1; i <= 1_000; i += 1) latencies.add(i / 10);
    expect(latencies.at(50)).toBeCloseTo(50, 1);
    expect(latencies.at(99)).toBeCloseTo(99, 1);
    expect(latencies.count).toBe(1_000);
  });

  it('counts what is too fast for the clock as the least there is', () => {
    const latencies = createLatencies();
    latencies.add(-0.2);
    expect(latencies.at(50)).toBe(0.001);
  });

  it('gives no percentile of nothing', () => {
    expect(() => createLatencies().at(50)).toThrow('nothing was measured');
  });
});
