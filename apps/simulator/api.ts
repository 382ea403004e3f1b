import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Headers, type Method, openConnections } from './connections.ts';
import { createNewsStand, type News } from './news.ts';

/** The API refused a request for good. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The public API as phones use it: what fails for now is tried again, with the same idempotency key. */
export interface Api {
  get<T>(path: string): Promise<T>;
  /**
   * POST (or PUT); resolves with the answer's body once the request has been accepted. How long that
   * took counts from `due`: the moment at which it was meant to be sent (milliseconds since 1970).
   */
  send<T>(path: string, body: object, method?: 'POST' | 'PUT', due?: number): Promise<T>;
  /** Sends and forgets: for what the next one replaces. */
  tell(path: string, body: object): void;
  /** Follows a feed, `riders/<id>` or `drivers/<id>`, from its beginning until the API is closed. */
  follow(recipient: string, listener: (news: News) => void): void;
  close(): void;
}

export interface ApiListener {
  /** Something is tried again. */
  onRetry(what: string): void;
  /** A request was accepted so many milliseconds after it was due. */
  onAccepted?(milliseconds: number): void;
}

const RETRY_AFTER = 250;

export function createApi(url: string, { onRetry, onAccepted }: ApiListener): Api {
  const connections = openConnections(url);
  const news = createNewsStand(connections, onRetry);
  let closed = false;

  async function call<T>(
    method: Method,
    path: string,
    headers: Headers,
    body?: string,
  ): Promise<T> {
    for (;;) {
      if (closed) throw new Error('the city is closed');
      let retry: string;
      try {
        const { status, text } = await connections.request(method, path, headers, body);
        if (status < 300) return (text === '' ? {} : JSON.parse(text)) as T;
        if (status < 500) throw new RefusedError(status, `${path}: ${text}`);
        retry = `${status}`;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        retry = (error as Error).message;
      }
      if (closed) continue;
      onRetry(retry);
      await sleep(RETRY_AFTER);
    }
  }

  const json = { 'content-type': 'application/json' };
  return {
    get: (path) => call('GET', path, {}),
    async send<T>(path: string, body: object, method: 'POST' | 'PUT' = 'POST', due = Date.now()) {
      const headers = { ...json, 'idempotency-key': randomUUID() };
      const answer = await call<T>(method, path, headers, JSON.stringify(body));
      onAccepted?.(Math.max(0, Date.now() - due));
      return answer;
    },
    tell(path, body) {
      connections.request('POST', path, json, JSON.stringify(body)).catch(() => {});
    },
    follow: news.follow,
    close() {
      closed = true;
      news.close();
      connections.close();
    },
  };
}
