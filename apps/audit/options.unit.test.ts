import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

it('looks at everything of a living system unless it is told otherwise', () => {
  expect(readOptions([])).toEqual({ quiet: false, readModels: true, json: false });
  expect(readOptions(['--quiet', '--no-read-models', '--json'])).toEqual({
    quiet: true,
    readModels: false,
    json: true,
  });
  expect(() => readOptions(['--loud'])).toThrow('--loud');
});
