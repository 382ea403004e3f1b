import { expect, it } from 'vitest';
import { gatherFor, pauseFor, shareOf } from './gather.ts';

it('waits for nothing as long as there is time left, and then for longer the less there is', () => {
  expect([0, 0.8, 0.86, 0.92, 1].map(pauseFor)).toEqual([0, 0, 6, 25, 25]);
  expect(gatherFor()).toBe(0);
});

it('knows the busy share of a time, and asks for no pause where the system does not tell', () => {
  expect(shareOf({ busy: 100, idle: 100 }, { busy: 190, idle: 110 })).toBe(0.9);
  expect(shareOf({ busy: 0, idle: 0 }, { busy: 0, idle: 0 })).toBe(0);
  expect(shareOf({ busy: 100, idle: 100 }, { busy: 100, idle: 100 })).toBe(0);
});
