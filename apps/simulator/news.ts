import type { Connections } from './connections.ts';
import { eventCutter, type StreamEvent } from './event-stream.ts';
import { Repeats } from './repeats.ts';

/** One of a feed's Server-Sent Events. */
export interface News {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the simulator takes events as any client of the API does, as JSON
  readonly data: any;
}

export interface NewsStand {
  /** Follows a feed, `riders/<id>` or `drivers/<id>`, from its beginning; each event is told once. */
  follow(recipient: string, listener: (news: News) => void): void;
  close(): void;
}

interface Subscriber {
  readonly recipient: string;
  readonly listener: (news: News) => void;
  /** The number of the event had last. */
  last: string;
  readonly repeats: Repeats;
}

interface Stream {
  readonly subscribers: readonly Subscriber[];
  stop: () => void;
  stopped: boolean;
}

/** So many feeds go over one connection, as the API allows. */
const FULL = 500;
/** How long newcomers wait for others to share a connection with, in milliseconds. */
const GATHER = 50;
const RETRY_AFTER = 250;
/** More streams than needed, as newcomers come little by little, before small ones are put together. */
const SPARE = 8;

/** Follows thousands of feeds over few connections; what breaks off goes on where it was. */
export function createNewsStand(
  connections: Connections,
  onTrouble: (what: string) => void,
): NewsStand {
  const all = new Map<string, Subscriber>();
  const streams = new Set<Stream>();
  let waiting: Subscriber[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const hear = ({ id, type, data }: StreamEvent) => {
    const slash = id.lastIndexOf('/');
    const subscriber = all.get(id.slice(0, slash));
    if (subscriber === undefined) return;
    subscriber.last = id.slice(slash + 1);
    const news = JSON.parse(data) as News['data'];
    if (subscriber.repeats.take(news.eventId)) subscriber.listener({ type, data: news });
  };

  const open = async (stream: Stream) => {
    while (!closed && !stream.stopped) {
      const of = (kind: string) =>
        Object.fromEntries(
          stream.subscribers
            .filter(({ recipient }) => recipient.startsWith(`${kind}/`))
            .map(({ recipient, last }) => [recipient.slice(kind.length + 1), last]),
        );
      const body = JSON.stringify({ riders: of('riders'), drivers: of('drivers') });
      const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
      const sending = connections.stream('/events', headers, body, eventCutter(hear));
      stream.stop = sending.stop;
      const end = await sending.done.then(String, (error: Error) => error.message);
      if (closed || stream.stopped) return;
      onTrouble(`the news broke off: ${end}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  };

  /** Opens streams for those who wait; takes small streams in when there are too many. */
  const gather = () => {
    clearTimeout(timer);
    timer = undefined;
    if (closed) return;
    if (streams.size > Math.ceil(all.size / FULL) + SPARE) {
      for (const stream of streams) {
        if (stream.subscribers.length > FULL / 2) continue;
        stream.stopped = true;
        stream.stop();
        streams.delete(stream);
        waiting.push(...stream.subscribers);
      }
    }
    for (let i = 0; i < waiting.length; i += FULL) {
      const subscribers = waiting.slice(i, i + FULL);
      const stream: Stream = { subscribers, stop: () => {}, stopped: false };
      streams.add(stream);
      void open(stream);
    }
    waiting = [];
  };

  return {
    follow(recipient, listener) {
      const subscriber = { recipient, listener, last: '0', repeats: new Repeats() };
      all.set(recipient, subscriber);
      waiting.push(subscriber);
      if (waiting.length === FULL) gather();
      else timer ??= setTimeout(gather, GATHER);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const { stop } of streams) stop();
    },
  };
}
