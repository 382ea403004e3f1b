import { expect, it } from 'vitest';
import { pauseFor } from './gather.ts';

it('waits for nothing at rest, and for longer the busier a process is', () => {
  expect([0, 0.15, 0.45, 0.75, 1].map(pauseFor)).toEqual([1, 1, 7, 25, 25]);
});
