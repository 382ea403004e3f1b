import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

const known = ['chain', 'avro'];

it('runs everything, three rounds of it, unless told otherwise', () => {
  expect(readOptions([], known)).toMatchObject({ names: [], rounds: 3, quick: false });
  expect(readOptions(['chain', '--quick'], known)).toMatchObject({ names: ['chain'], rounds: 1 });
});

it('says what it does not know', () => {
  expect(() => readOptions(['chian'], known)).toThrow('no bench "chian"; there are chain, avro');
  expect(() => readOptions(['--rounds', 'many'], known)).toThrow('--rounds is "many"');
});
