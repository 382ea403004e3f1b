import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotStore } from '../log/ports.ts';
import { type Position, shardStart } from '../log/position.ts';
import { UnavailableError } from '../messaging/ports.ts';
import { testBackends } from '../testing/backends.ts';
import { connectRedis } from './connect.ts';
import { createReadModel } from './read-model.ts';
import { createSnapshotStore, shardKeys } from './snapshot-store.ts';

const redis = connectRedis(testBackends().redisUrl, 'snapshot-test');
afterAll(() => redis.disconnect());

let kind: string;
let store: SnapshotStore;
beforeEach(() => {
  kind = `snapshot-${randomUUID()}`;
  store = createSnapshotStore(redis, kind, 0);
});

const at = (offset: number): Position => ({ ...shardStart, offset });
const change = (id: string, version: number) => ({
  id,
  version,
  state: { version },
  joins: ['some'],
  leaves: [],
  deadline: 9,
});

describe('the guard of a snapshot', () => {
  it('applies on the position it builds on, also when the answer got lost', async () => {
    expect(await store.apply(undefined, at(5), [change('a', 4)], true)).toBe('applied');
    expect(await store.apply(5, at(8), [change('a', 7)], true)).toBe('applied');
    expect(await store.apply(5, at(8), [change('a', 7)], true)).toBe('applied');
    expect(await store.load(['a', 'b'])).toEqual({
      offset: 8,
      documents: [{ version: 7, state: { version: 7 } }, undefined],
    });
    expect(await redis.smembers(shardKeys(kind, 0).set('some'))).toEqual(['a']);
    expect(await store.open()).toEqual({ position: at(8), deadlines: [['a', 9]] });
  });

  it('changes nothing for an owner that is behind, or whose Redis has lost something', async () => {
    await store.apply(undefined, at(5), [change('a', 4)], true);
    expect(await store.apply(3, at(9), [change('a', 8)], true)).toBe('ahead');
    expect(await store.apply(undefined, at(9), [change('a', 8)], true)).toBe('ahead');
    expect(await store.apply(7, at(9), [change('a', 8)], true)).toBe('lost');
    expect(await store.load(['a'])).toMatchObject({ offset: 5, documents: [{ version: 4 }] });
    await redis.del(shardKeys(kind, 0).position);
    expect(await store.apply(5, at(9), [change('a', 8)], true)).toBe('lost');
  });
});

it('tells in one message which documents a snapshot has changed', async () => {
  const listener = redis.duplicate();
  const told: string[][] = [];
  try {
    listener.on('message', (_, ids: string) => told.push(JSON.parse(ids)));
    await listener.subscribe(shardKeys(kind, 0).changes);
    await store.apply(undefined, at(5), [change('a', 3), change('"b"\n', 4)], true);
    await store.apply(5, at(6), [], true);
    await store.apply(6, at(7), [change('c', 6)], true);
    await expect.poll(() => told).toEqual([['a', '"b"\n'], ['c']]);
  } finally {
    listener.disconnect();
  }
});

describe('a read model', () => {
  it('says that something does not exist only when its owner has folded all there was', async () => {
    const model = createReadModel<{ version: number }>(redis, kind, () => 0);
    try {
      await expect(model.find('b')).rejects.toThrow(UnavailableError);
      // The owner began, and Redis has been emptied since: what it noted at the beginning is gone.
      await store.apply(undefined, at(5), [change('a', 4)], false);
      await expect(model.find('b')).rejects.toThrow('is being built');
      await store.apply(5, at(6), [], true);
      expect(await model.find('b')).toBeUndefined();
      // Another owner takes over, or this one begins anew.
      await store.open();
      await expect(model.find('b')).rejects.toThrow('is being built');
      expect(await model.find('a')).toMatchObject({ version: 4 });
      await store.apply(6, at(7), [change('b', 6)], false);
      await expect(model.find('c')).rejects.toThrow(UnavailableError);
      await store.apply(7, at(8), [], true);
      expect(await model.find('b')).toMatchObject({ version: 6 });
      expect(await model.find('c')).toBeUndefined();
    } finally {
      model.close();
    }
  });

  it('waits for a document, for a change of it, and until it is certain that there is none', async () => {
    const model = createReadModel<{ version: number }>(redis, kind, () => 0);
    const from = (version: number) => (document?: { version: number }) =>
      (document?.version ?? 0) >= version;
    try {
      const first = model.wait('b', from(4), 20_000);
      await store.apply(undefined, at(5), [change('b', 4)], false);
      expect(await first).toMatchObject({ version: 4 });

      const second = model.wait('b', from(6), 20_000);
      await store.apply(5, at(6), [change('b', 5)], false);
      await store.apply(6, at(7), [change('b', 6)], false);
      expect(await second).toMatchObject({ version: 6 });

      const none = model.wait('c', (document) => document === undefined, 20_000);
      await store.apply(7, at(8), [], true);
      expect(await none).toBeUndefined();
      expect(await model.wait('b', from(9), 1)).toMatchObject({ version: 6 });
    } finally {
      model.close();
    }
  });
});
