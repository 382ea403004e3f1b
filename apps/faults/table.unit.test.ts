import { expect, it } from 'vitest';
import { readFaultOptions } from './options.ts';
import { tooSlow, toRows, toTable } from './table.ts';

const effect = (name: string, recoveredAfter: number | undefined, longestStall: number) => ({
  ...{ name, recoversWithin: 15_000, recoveredAfter, longestStall, affected: 3 },
});

it('shows the worst of each fault, and says what was too slow', () => {
  const done = [
    effect('kill trip', 1_000, 900),
    effect('empty Redis', undefined, 5_000),
    effect('kill trip', 15_100, 200),
  ];
  const rows = toRows(done);
  expect(rows).toEqual([
    { fault: 'kill trip', times: 2, slowestRecovery: 15.1, longestStall: 0.9, tripsAffected: 6 },
    { fault: 'empty Redis', times: 1, slowestRecovery: null, longestStall: 5, tripsAffected: 3 },
  ]);
  expect(toTable(rows).split('\n')[3]).toBe(
    '| empty Redis |     1 |        not in time |           5 s |              3 |',
  );
  expect(tooSlow(done)).toEqual([
    'empty Redis: latency was not normal in time after its end; 15 s are allowed',
    'kill trip: latency was 15.1 s after its end; 15 s are allowed',
  ]);
});

it('reads its options, and names the one that is wrong', () => {
  expect(readFaultOptions(['--minutes', '30', '--only', 'Redis'])).toMatchObject({
    ...{ minutes: 30, only: 'Redis', rate: 20, lenient: false },
  });
  expect(() => readFaultOptions(['--minutes', 'long'])).toThrow('--minutes is "long"');
});
