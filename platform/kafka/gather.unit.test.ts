import { expect, it } from 'vitest';
import { lingerFor, pauseFor } from './gather.ts';

it('waits for nothing at rest, and for longer the busier a process is', () => {
  expect([0, 0.15, 0.45, 0.75, 1].map(pauseFor)).toEqual([0, 0, 6, 25, 25]);
});

it('lets a produce request wait for less, and not at all at rest', () => {
  expect([0, 4, 25].map(lingerFor)).toEqual([0, 0, 5]);
});
