import { describe, expect, it } from 'vitest';
import type { View } from '../../platform/redis/next-model.ts';
import { compareViews } from './difference.ts';
import { readCommand } from './services.ts';

const view = (version: number, state: object, rest: Partial<View> = {}): View => ({
  document: { version, state },
  deadline: undefined,
  sets: [],
  ...rest,
});
const nothing: View = { document: undefined, deadline: undefined, sets: [] };

describe('two views of an aggregate', () => {
  const rebuilt = view(7, { status: 'open', at: { x: 1, y: 2 } }, { deadline: 5, sets: ['even'] });

  it('are equal whatever the order of their fields', () => {
    const living = view(7, { at: { y: 2, x: 1 }, status: 'open' }, { deadline: 5, sets: ['even'] });
    expect(compareViews(living, rebuilt, 8)).toEqual([]);
    expect(compareViews(nothing, nothing, 8)).toEqual([]);
  });

  it('differ field by field, in the document, the deadline and the sets', () => {
    const living = view(6, { status: 'ended', at: { x: 1 }, fee: 3 });
    expect(compareViews(living, rebuilt, 8)).toEqual([
      { path: 'document.version', living: 6, rebuilt: 7 },
      { path: 'document.state.status', living: 'ended', rebuilt: 'open' },
      { path: 'document.state.at.y', living: undefined, rebuilt: 2 },
      { path: 'document.state.fee', living: 3, rebuilt: undefined },
      { path: 'deadline', living: undefined, rebuilt: 5 },
      { path: 'sets', living: [], rebuilt: ['even'] },
    ]);
  });

  it('differ when one is missing', () => {
    const missing = { path: 'document', living: undefined, rebuilt: rebuilt.document };
    expect(compareViews(nothing, rebuilt, 8)).toContainEqual(missing);
    const surplus = { path: 'document', living: rebuilt.document, rebuilt: undefined };
    expect(compareViews(rebuilt, nothing, 8)).toContainEqual(surplus);
  });

  it('cannot be compared when the living one has moved on', () => {
    expect(compareViews(view(8, {}), rebuilt, 8)).toBe('moved');
    expect(compareViews(view(8, {}), nothing, 8)).toBe('moved');
  });
});

describe('what is to be rebuilt', () => {
  it('is every kind of the service', () => {
    expect(readCommand('driver', {})).toMatchObject({ compareOnly: false, show: 20 });
    expect(readCommand('driver', {}).rebuilds).toHaveLength(2);
  });

  it.each([
    ['notification', {}, /has no log of its own/],
    ['riders', {}, /"riders" is no service; it can be rider, trip, driver/],
    ['trip', { show: 'all' }, /--show is "all"/],
  ])('%s is refused with a reason', (service, values, message) => {
    expect(() => readCommand(service, values)).toThrow(message);
  });
});
