import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../messaging/ports.ts';
import type { Redis } from './connect.ts';
import { type Feed, type FeedEntry, liveChannel } from './feed.ts';

/** How many live entries wait for a slow reader, before it is sent back to the stream. */
const bufferSize = 64;
const pageSize = 100;
const retryAfter = 500;

/** Follows feeds as they grow. */
export interface FeedFollower {
  /**
   * The entries of a feed after number `after` (0: all that are kept; absent: only those to come), and
   * then those that come, until `signal` is aborted: in order and each once, none left out but those
   * no longer kept. Memory is bounded however slowly they are taken. Rejects with `UnavailableError`
   * when Redis is away at the beginning; later on it waits for Redis and goes on without a gap.
   */
  follow(
    recipient: string,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FeedEntry>>;
}

/** What one reader has been sent live and not taken yet. */
interface Mailbox {
  entries: FeedEntry[];
  /** Something may have been missed: the stream must be read. */
  behind: boolean;
  wake: () => void;
}

/**
 * Follows any number of feeds over `subscriber`, a connection used for nothing else. Redis sends only
 * what somebody here follows. After a reconnect every reader looks into the stream once.
 */
export function createFeedFollower(feed: Feed, subscriber: Redis): FeedFollower {
  const channels = new Map<string, Set<Mailbox>>();

  subscriber.on('message', (channel: string, message: string) => {
    const boxes = channels.get(channel);
    const entry = boxes && parse(message);
    if (entry) for (const box of boxes) deliver(box, entry);
  });
  // Subscribing again is harmless, and its answer says that nothing is missed from here on.
  subscriber.on('ready', () => {
    const names = [...channels.keys()];
    if (names.length === 0) return;
    subscriber.subscribe(...names).then(
      () => {
        for (const name of names) for (const box of channels.get(name) ?? []) sendBack(box);
      },
      () => {}, // away again: there will be another `ready`
    );
  });

  async function attach(channel: string, signal: AbortSignal): Promise<Mailbox> {
    const box: Mailbox = { entries: [], behind: true, wake: () => {} };
    const boxes = channels.get(channel) ?? new Set();
    channels.set(channel, boxes.add(box));
    const detach = () => {
      box.wake();
      if (!boxes.delete(box) || boxes.size > 0) return;
      channels.delete(channel);
      subscriber.unsubscribe(channel).catch(() => {});
    };
    if (signal.aborted) detach();
    else signal.addEventListener('abort', detach, { once: true });
    try {
      await subscriber.subscribe(channel);
    } catch (cause) {
      detach();
      throw new UnavailableError('redis', 'Redis does not answer', { cause });
    }
    return box;
  }

  async function* entriesOf(
    recipient: string,
    box: Mailbox,
    start: number,
    signal: AbortSignal,
  ): AsyncGenerator<FeedEntry> {
    let last = start;
    while (!signal.aborted) {
      if (box.behind) {
        box.behind = false;
        const page = await feed.read(recipient, last, pageSize).catch(() => undefined);
        if (page === undefined) await sleep(retryAfter, undefined, { signal }).catch(() => {});
        if (page === undefined || page.length === pageSize) box.behind = true;
        for (const entry of page ?? []) {
          if (signal.aborted) return;
          last = entry.n;
          yield entry;
        }
        continue;
      }
      const entry = box.entries.shift();
      if (entry === undefined) {
        await new Promise<void>((resolve) => {
          box.wake = resolve;
          if (signal.aborted || box.behind || box.entries.length > 0) resolve();
        });
      } else if (entry.prev === last) {
        last = entry.n;
        yield entry;
      } else if (entry.n > last) {
        box.behind = true;
      }
    }
  }

  return {
    async follow(recipient, after, signal) {
      const box = await attach(liveChannel(recipient), signal);
      const newest = await feed.latest(recipient);
      return entriesOf(recipient, box, Math.min(after ?? newest, newest), signal);
    },
  };
}

function deliver(box: Mailbox, entry: FeedEntry): void {
  if (box.entries.length < bufferSize) box.entries.push(entry);
  else sendBack(box);
  box.wake();
}

function sendBack(box: Mailbox): void {
  box.entries = [];
  box.behind = true;
  box.wake();
}

/** `<n> <prev> <type> <json>`, as the append script publishes it. */
function parse(message: string): FeedEntry | undefined {
  const [, n, prev, type, data] = /^(\d+) (\d+) (\S+) (.*)$/s.exec(message) ?? [];
  if (type === undefined || data === undefined) return undefined;
  return { n: Number(n), prev: Number(prev), type, data };
}
