import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestBackends, testBackends } from '../testing/backends.ts';
import { createAccepted } from './accepted.ts';
import { connectRedis, type Redis } from './connect.ts';
import { appendScript } from './feed.lua.ts';
import { createFeed, type Feed, type FeedEntry, feedLength, type NewEntry } from './feed.ts';
import { createFeedFollower, type FeedFollower, type FollowedEntry } from './follow.ts';

let backends: TestBackends;
let redis: Redis;
let subscriber: Redis;
let feed: Feed;
let follower: FeedFollower;
let recipient: string;
let count = 0;

beforeAll(async () => {
  backends = testBackends();
  redis = connectRedis(backends.redisUrl, 'feed-test');
  subscriber = connectRedis(backends.redisUrl, 'feed-test-live');
  feed = createFeed(redis);
  follower = createFeedFollower(feed, subscriber);
});
afterAll(async () => {
  redis?.disconnect();
  subscriber?.disconnect();
});
beforeEach(() => {
  recipient = `rider:${process.pid}-${Date.now()}-${count++}`;
});

const entry = (offset: number, index = 0, partition = 0): NewEntry => ({
  origin: { topic: 'trip.events', partition, offset, index },
  type: 'TripRequested',
  data: { offset, index },
});
const append = (...entries: NewEntry[]) => feed.append(new Map([[recipient, entries]]));
const offsets = (entries: readonly FeedEntry[]) =>
  entries.map((e) => (JSON.parse(e.data) as { offset: number }).offset);

/** Takes entries until there are `wanted`, failing after five seconds. */
async function take(entries: AsyncIterable<FeedEntry>, wanted: number): Promise<FeedEntry[]> {
  const taken: FeedEntry[] = [];
  const iterator = entries[Symbol.asyncIterator]();
  const late = AbortSignal.timeout(5_000);
  const gaveUp = new Promise<never>((_, reject) => {
    late.onabort = () => reject(new Error(`only ${taken.length} of ${wanted}: ${offsets(taken)}`));
  });
  while (taken.length < wanted) {
    const next = await Promise.race([iterator.next(), gaveUp]);
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe('append', () => {
  it('numbers entries upwards and chains each to the one before', async () => {
    expect(await append(entry(5), entry(6))).toBe(2);
    expect(await append(entry(7))).toBe(1);
    const entries = await feed.read(recipient, 0, 10);
    expect(offsets(entries)).toEqual([5, 6, 7]);
    expect(entries.map((e) => e.prev)).toEqual([0, entries[0]?.n, entries[1]?.n]);
    expect(entries[0]?.n).toBeLessThan(entries[1]?.n ?? 0);
    expect(await feed.latest(recipient)).toBe(entries[2]?.n);
    expect(entries[0]).toMatchObject({ type: 'TripRequested', data: '{"offset":5,"index":0}' });
  });

  it('takes an origin once, per source partition', async () => {
    await append(entry(5, 0), entry(5, 1));
    expect(await append(entry(4), entry(5, 0), entry(5, 1))).toBe(0);
    expect(await append(entry(5, 1), entry(5, 2))).toBe(1);
    expect(await append(entry(0, 0, 3))).toBe(1);
    expect(offsets(await feed.read(recipient, 0, 10))).toEqual([5, 5, 5, 0]);
  });

  it('keeps feeds apart, many in one call', async () => {
    const names = [0, 1, 2].map((i) => `${recipient}-${i}`);
    const entries = new Map(names.map((name, i) => [name, [entry(i), entry(i + 10)]]));
    expect(await feed.append(entries)).toBe(6);
    for (const [i, name] of names.entries()) {
      expect(offsets(await feed.read(name, 0, 10))).toEqual([i, i + 10]);
    }
  });

  it('drops the oldest beyond the limit', async () => {
    await append(...Array.from({ length: 3 * feedLength }, (_, i) => entry(i)));
    const kept = await feed.read(recipient, 0, 5 * feedLength);
    expect(kept.length).toBeGreaterThanOrEqual(feedLength);
    expect(kept.length).toBeLessThan(1.5 * feedLength);
    expect(offsets(kept.slice(-1))).toEqual([3 * feedLength - 1]);
  });

  it('goes on with higher numbers when Redis has lost the feed, or its scripts', async () => {
    await append(entry(0), entry(1));
    const before = await feed.latest(recipient);
    await redis.del(`{feed:${recipient}}:stream`, `{feed:${recipient}}:state`);
    await redis.script('FLUSH');
    expect(await append(entry(0))).toBe(1);
    expect(await feed.latest(recipient)).toBeGreaterThan(before);
  });
});

describe('follow', () => {
  it('gives what is kept after a number and then what comes, each once', async () => {
    await append(entry(0), entry(1), entry(2));
    const [first] = await feed.read(recipient, 0, 1);
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, first?.n]]), stop.signal);
    await append(entry(3));
    setTimeout(() => append(entry(4), entry(5)), 20);
    expect(offsets(await take(entries, 5))).toEqual([1, 2, 3, 4, 5]);
    stop.abort();
  });

  it('without a number gives only what comes, with 0 all that is kept', async () => {
    await append(entry(0));
    const stop = new AbortController();
    const news = await follower.follow(new Map([[recipient, undefined]]), stop.signal);
    const all = await follower.follow(new Map([[recipient, 0]]), stop.signal);
    await append(entry(1));
    expect(offsets(await take(news, 1))).toEqual([1]);
    expect(offsets(await take(all, 2))).toEqual([0, 1]);
    stop.abort();
  });

  it('gives more than a page of what is kept', async () => {
    const all = Array.from({ length: feedLength }, (_, i) => i);
    await append(...all.map((i) => entry(i)));
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, 0]]), stop.signal);
    expect(offsets(await take(entries, feedLength))).toEqual(all);
    stop.abort();
  });

  it('notices an entry it was not told of', async () => {
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, 0]]), stop.signal);
    await append(entry(0));
    expect(offsets(await take(entries, 1))).toEqual([0]);
    const keys = [`{feed:${recipient}}:stream`, `{feed:${recipient}}:state`];
    const silently = ['elsewhere', feedLength, 'trip.events/0', 1, 0, 'T', '{"offset":1}'];
    await redis.eval(appendScript, 2, ...keys, ...silently);
    await append(entry(2));
    expect(offsets(await take(entries, 2))).toEqual([1, 2]);
    stop.abort();
  });

  it('leaves nothing out for a slow reader, without keeping it all in memory', async () => {
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, 0]]), stop.signal);
    await append(entry(0, 0, 1));
    await take(entries, 1); // from here on it is told, more than it takes
    for (let i = 0; i < feedLength; i += 50) {
      await append(...Array.from({ length: 50 }, (_, j) => entry(i + j)));
    }
    await sleep(100);
    const all = Array.from({ length: feedLength }, (_, i) => i);
    expect(offsets(await take(entries, feedLength))).toEqual(all);
    stop.abort();
  });

  it('fills the gap after the live connection was cut', async () => {
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, undefined]]), stop.signal);
    await append(entry(0));
    expect(offsets(await take(entries, 1))).toEqual([0]);
    await redis.client('KILL', 'ID', await subscriber.client('ID'));
    await append(entry(1)); // most likely while nobody listens
    expect(offsets(await take(entries, 1))).toEqual([1]);
    stop.abort();
  });

  it('goes on when Redis has lost the feed', async () => {
    await append(entry(0), entry(1), entry(2));
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, 0]]), stop.signal);
    expect(offsets(await take(entries, 3))).toEqual([0, 1, 2]);
    await redis.del(`{feed:${recipient}}:stream`, `{feed:${recipient}}:state`);
    await append(entry(0), entry(1), entry(7));
    expect(offsets(await take(entries, 3))).toEqual([0, 1, 7]);
    stop.abort();
  });

  it('gives many feeds at once, each in its order and from its own number', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `${recipient}-${i}`);
    const all = (offset: number) =>
      feed.append(new Map(names.map((name) => [name, [entry(offset)] as NewEntry[]])));
    await all(0);
    const stop = new AbortController();
    const after = names.map((name, i) => [name, i % 2 === 0 ? 0 : undefined] as const);
    const entries = await follower.follow(new Map(after), stop.signal);
    await all(1);
    await redis.client('KILL', 'ID', await subscriber.client('ID'));
    await all(2);
    const taken = (await take(entries, 250)) as FollowedEntry[];
    for (const [i, name] of names.entries()) {
      const own = taken.filter((e) => e.recipient === name);
      expect(offsets(own)).toEqual(i % 2 === 0 ? [0, 1, 2] : [1, 2]);
    }
    stop.abort();
    const live = names.map((name) => `{feed:${name}}:live`);
    const counts = live.flatMap((channel) => [channel, 0]);
    await expect.poll(() => redis.pubsub('NUMSUB', ...live)).toEqual(counts);
  });

  it('ends when told, and leaves no subscription behind', async () => {
    const stop = new AbortController();
    const entries = await follower.follow(new Map([[recipient, undefined]]), stop.signal);
    const waiting = take(entries, 1);
    stop.abort();
    expect(await waiting).toEqual([]);
    const channel = `{feed:${recipient}}:live`;
    await expect.poll(() => redis.pubsub('NUMSUB', channel)).toEqual([channel, 0]);
  });
});

describe('createAccepted', () => {
  it('remembers for a day', async () => {
    const accepted = createAccepted(redis);
    expect(await accepted.find(recipient)).toBeUndefined();
    await accepted.remember(recipient, { riderId: 'r' });
    expect(await accepted.find(recipient)).toEqual({ riderId: 'r' });
    expect(await redis.ttl(`hail:accepted:${recipient}`)).toBeGreaterThan(86_000);
  });

  it('says that Redis is away, in time', async () => {
    const gone = connectRedis('redis://127.0.0.1:1', 'gone', () => {}, { failAfter: 100 });
    await expect(createAccepted(gone).find('x')).rejects.toThrow('Redis does not answer');
    await expect(createFeed(gone).latest('x')).rejects.toMatchObject({ dependency: 'redis' });
    await expect(createFeed(gone).append(new Map([['x', [entry(0)]]]))).rejects.toMatchObject({
      dependency: 'redis',
    });
    gone.disconnect();
  });
});
