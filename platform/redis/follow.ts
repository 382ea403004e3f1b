import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../messaging/ports.ts';
import type { Redis } from './connect.ts';
import { type Feed, type FeedEntry, liveChannel } from './feed.ts';

/** How many live entries of one feed wait for a slow reader, before it is sent back to the stream. */
const bufferSize = 64;
const pageSize = 100;
/** Into how many streams a reader looks at a time. */
const atOnce = 32;
const retryAfter = 500;

/** An entry, and whose feed it stands in. */
export interface FollowedEntry extends FeedEntry {
  readonly recipient: string;
}

/** Follows feeds as they grow. */
export interface FeedFollower {
  /**
   * The entries of each feed after the number given with its recipient (0: all that are kept;
   * `undefined`: only those to come), and then those that come, until `signal` is aborted: in order
   * within a feed and each once, none left out but those no longer kept. Memory is bounded however
   * slowly they are taken. Rejects with `UnavailableError` when Redis is away at the beginning; later
   * on it waits for Redis and goes on without a gap.
   */
  follow(
    after: ReadonlyMap<string, number | undefined>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FollowedEntry>>;
}

/** Where a reader is in one feed, and what it has been sent from there and not taken yet. */
interface Place {
  readonly recipient: string;
  readonly reader: Reader;
  /** The number of the entry taken last. */
  last: number;
  entries: FeedEntry[];
  /** Something may have been missed: the stream must be read. */
  behind: boolean;
}

interface Reader {
  /** Its places where there is something to take. */
  readonly ready: Set<Place>;
  wake: () => void;
}

/**
 * Follows any number of feeds over `subscriber`, a connection used for nothing else. Redis sends only
 * what somebody here follows. After a reconnect every reader looks into its streams once.
 */
export function createFeedFollower(feed: Feed, subscriber: Redis): FeedFollower {
  const channels = new Map<string, Set<Place>>();

  subscriber.on('message', (channel: string, message: string) => {
    const places = channels.get(channel);
    const entry = places && parse(message);
    if (entry) for (const place of places) deliver(place, entry);
  });
  // Subscribing again is harmless, and its answer says that nothing is missed from here on.
  subscriber.on('ready', () => {
    const names = [...channels.keys()];
    if (names.length === 0) return;
    subscriber.subscribe(...names).then(
      () => {
        for (const name of names) for (const place of channels.get(name) ?? []) sendBack(place);
      },
      () => {}, // away again: there will be another `ready`
    );
  });

  async function attach(places: readonly Place[], signal: AbortSignal): Promise<void> {
    const names = places.map(({ recipient }) => liveChannel(recipient));
    for (const [i, place] of places.entries()) {
      const name = names[i] as string;
      channels.set(name, (channels.get(name) ?? new Set()).add(place));
    }
    const detach = () => {
      places[0]?.reader.wake();
      const left = names.filter((name, i) => {
        const others = channels.get(name);
        return others?.delete(places[i] as Place) && others.size === 0 && channels.delete(name);
      });
      if (left.length > 0) subscriber.unsubscribe(...left).catch(() => {});
    };
    if (signal.aborted) detach();
    else signal.addEventListener('abort', detach, { once: true });
    try {
      await subscriber.subscribe(...names);
    } catch (cause) {
      detach();
      throw new UnavailableError('redis', 'Redis does not answer', { cause });
    }
  }

  /** What comes next in a feed: a page of its stream, or what was sent live and joins on. */
  async function next(place: Place): Promise<readonly FeedEntry[] | undefined> {
    if (!place.behind) return joining(place);
    place.behind = false;
    const page = await feed.read(place.recipient, place.last, pageSize).catch(() => undefined);
    if (page === undefined || page.length === pageSize) sendBack(place);
    return page;
  }

  async function* entriesOf(reader: Reader, signal: AbortSignal): AsyncGenerator<FollowedEntry> {
    while (!signal.aborted) {
      const places = [...reader.ready.values().take(atOnce)];
      for (const place of places) reader.ready.delete(place);
      if (places.length === 0) {
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
          if (signal.aborted || reader.ready.size > 0) resolve();
        });
        continue;
      }
      const found = await Promise.all(places.map(next));
      for (const [i, { recipient }] of places.entries()) {
        for (const entry of found[i] ?? []) {
          if (signal.aborted) return;
          (places[i] as Place).last = entry.n;
          yield { ...entry, recipient };
        }
      }
      if (found.includes(undefined)) {
        await sleep(retryAfter, undefined, { signal }).catch(() => {});
      }
    }
  }

  return {
    async follow(after, signal) {
      const reader: Reader = { ready: new Set(), wake: () => {} };
      const places = [...after.keys()].map(
        (recipient): Place => ({ recipient, reader, last: 0, entries: [], behind: true }),
      );
      await attach(places, signal);
      await Promise.all(
        places.map(async (place) => {
          const newest = await feed.latest(place.recipient);
          place.last = Math.min(after.get(place.recipient) ?? newest, newest);
          sendBack(place);
        }),
      );
      return entriesOf(reader, signal);
    },
  };
}

function deliver(place: Place, entry: FeedEntry): void {
  if (place.entries.length >= bufferSize) {
    sendBack(place);
    return;
  }
  place.entries.push(entry);
  announce(place);
}

function sendBack(place: Place): void {
  place.entries = [];
  place.behind = true;
  announce(place);
}

function announce(place: Place): void {
  place.reader.ready.add(place);
  place.reader.wake();
}

/** Takes what was sent live, up to a gap: what is missing stands in the stream. */
function joining(place: Place): readonly FeedEntry[] {
  const taken: FeedEntry[] = [];
  let { last } = place;
  for (const entry of place.entries.splice(0)) {
    if (entry.prev === last) {
      taken.push(entry);
      last = entry.n;
    } else if (entry.n > last) {
      sendBack(place);
      break;
    }
  }
  return taken;
}

/** `<n> <prev> <type> <json>`, as the append script publishes it. */
function parse(message: string): FeedEntry | undefined {
  const [, n, prev, type, data] = /^(\d+) (\d+) (\S+) (.*)$/s.exec(message) ?? [];
  if (type === undefined || data === undefined) return undefined;
  return { n: Number(n), prev: Number(prev), type, data };
}
