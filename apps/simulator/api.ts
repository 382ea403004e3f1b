import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** The API refused a request for good. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One of a feed's Server-Sent Events. */
export interface News {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the simulator takes events as any client of the API does, as JSON
  readonly data: any;
}

/** The public API as a phone uses it: what fails for now is tried again, with the same idempotency key. */
export interface Api {
  get<T>(path: string): Promise<T>;
  /** POST (or PUT); resolves with the answer's body once the request has been accepted. */
  send<T>(path: string, body: object, method?: 'POST' | 'PUT'): Promise<T>;
  /** Sends and forgets: for what the next one replaces. */
  tell(path: string, body: object): void;
  /** Follows a feed from its beginning until the API is closed; reconnects where it left off. */
  follow(path: string, listener: (news: News) => void): void;
  close(): void;
}

const RETRY_AFTER = 250;
/** Twice what a feed keeps. */
const REMEMBERED = 2_000;

export function createApi(url: string, onRetry: (what: string) => void): Api {
  const closed = new AbortController();
  const { signal } = closed;

  async function call<T>(path: string, init: RequestInit): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      let retry: string;
      try {
        const response = await fetch(url + path, init);
        const text = await response.text();
        if (response.ok) return (text === '' ? {} : JSON.parse(text)) as T;
        if (response.status < 500) throw new RefusedError(response.status, `${path}: ${text}`);
        retry = `${response.status}`;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        const { message, cause } = error as Error;
        retry = cause instanceof Error ? cause.message : message;
      }
      onRetry(retry);
      await sleep(RETRY_AFTER, undefined, { signal });
    }
  }

  const request = (method: string, body: object): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });

  async function listen(path: string, listener: (news: News) => void): Promise<void> {
    let last = '0';
    const seen = new Set<string>();
    while (!signal.aborted) {
      try {
        const headers = { accept: 'text/event-stream', 'last-event-id': last };
        const response = await fetch(url + path, { headers, signal });
        if (!response.ok || response.body === null) throw new Error(`${path}: ${response.status}`);
        for await (const event of parse(response.body)) {
          last = event.id;
          const data = JSON.parse(event.data);
          // Delivered at least once: a feed that was lost is made anew, under new numbers.
          if (seen.has(data.eventId)) continue;
          seen.add(data.eventId);
          if (seen.size > REMEMBERED) seen.delete(seen.values().next().value as string);
          listener({ type: event.type, data });
        }
      } catch (error) {
        if (signal.aborted) return;
        onRetry((error as Error).message);
      }
      await sleep(RETRY_AFTER, undefined, { signal }).catch(() => {});
    }
  }

  return {
    get: (path) => call(path, { method: 'GET' }),
    send: (path, body, method = 'POST') => call(path, request(method, body)),
    tell(path, body) {
      fetch(url + path, { ...request('POST', body), signal }).then(
        (response) => response.body?.cancel(),
        () => {},
      );
    },
    follow: (path, listener) => void listen(path, listener),
    close: () => closed.abort(new Error('the city is closed')),
  };
}

/** Cuts an event stream into events (WHATWG HTML, section 9.2, as far as Hail's feeds use it). */
async function* parse(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly id: string; readonly type: string; readonly data: string }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map<string, string>();
      for (const line of text.slice(0, end).split('\n')) {
        const colon = line.indexOf(':');
        if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
      }
      text = text.slice(end + 2);
      const data = fields.get('data');
      if (data !== undefined) {
        yield { id: fields.get('id') ?? '0', type: fields.get('event') ?? 'message', data };
      }
    }
  }
}
