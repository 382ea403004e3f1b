import { expect, it } from 'vitest';
import { Positions } from './positions.ts';

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });

it('wants what was sought and is not paused', () => {
  const positions = new Positions();
  positions.pause('t', 3);
  positions.seek('t', 0, 5);
  positions.seek('t', 1, 6);
  positions.pause('t', 1);
  expect(positions.wanted()).toEqual([at(0, 5)]);
  positions.resume('t', 1);
  expect(positions.wanted()).toEqual([at(0, 5), at(1, 6)]);
  positions.pause('t', 0);
  positions.seek('t', 0, 2);
  expect(positions.wanted()).toEqual([at(0, 2), at(1, 6)]);
});

it('goes on after what it accepts, and accepts nothing twice nor from elsewhere', () => {
  const positions = new Positions();
  expect(positions.accept(at(0, 0), 3)).toBe(false);
  positions.seek('t', 0, 0);
  expect(positions.accept(at(0, 0), 3)).toBe(true);
  expect(positions.accept(at(0, 0), 3)).toBe(false);
  positions.seek('t', 0, 9);
  expect(positions.accept(at(0, 3), 5)).toBe(false);
  expect(positions.wanted()).toEqual([at(0, 9)]);
});

it('accepts what was under way when it was paused', () => {
  const positions = new Positions();
  positions.seek('t', 0, 1);
  positions.pause('t', 0);
  expect(positions.accept(at(0, 1), 4)).toBe(true);
  positions.resume('t', 0);
  expect(positions.wanted()).toEqual([at(0, 4)]);
});

it('keeps the positions of what stays, and forgets what others have', () => {
  const positions = new Positions();
  positions.seek('t', 0, 1);
  positions.seek('t', 1, 2);
  positions.keep([1]);
  expect(positions.wanted()).toEqual([at(1, 2)]);
  expect(positions.accept(at(0, 1), 4)).toBe(false);
});

it('says when there is more to read', async () => {
  const positions = new Positions();
  const change = positions.change(60_000);
  positions.seek('t', 0, 1);
  await change;
  const again = positions.change(60_000);
  positions.pause('t', 0);
  positions.resume('t', 0);
  await again;
  await positions.change(1);
});
