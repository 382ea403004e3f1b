import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('the options of npm start', () => {
  it('have defaults', () => {
    expect(readOptions([])).toEqual({
      ...{ forMs: undefined, city: true, rate: 2, drivers: 30, seed: 1 },
      ...{ console: true, fresh: false, report: undefined },
    });
  });

  it('are read', () => {
    const args =
      '--for 1.5m --no-city --no-console --rate 0.5 --drivers 3 --seed 9 --fresh --report r.json';
    expect(readOptions(args.split(' '))).toEqual({
      ...{ forMs: 90_000, city: false, rate: 0.5, drivers: 3, seed: 9 },
      ...{ console: false, fresh: true, report: 'r.json' },
    });
    expect(readOptions(['--help'])).toBe('help');
  });

  it.each([
    [['--for', 'banana'], '--for is "banana"; it must be a duration'],
    [['--rate', '-1'], '--rate'],
    [['--rate', 'x'], '--rate is "x"; it must be a number from 0 to 10000'],
    [['--drivers', '1.5'], '--drivers is "1.5"; it must be a whole number'],
    [['--speed', '9'], "Unknown option '--speed'"],
  ])('%j are refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
