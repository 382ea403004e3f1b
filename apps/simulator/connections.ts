import { Client, type Dispatcher, Pool } from 'undici';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export type Method = 'GET' | 'POST' | 'PUT';
export type Headers = Readonly<Record<string, string>>;

/** A few connections to the API that are kept open. */
export interface Connections {
  /** Rejects when there was no answer; so the request may have been received or not. */
  request(method: Method, path: string, headers: Headers, body?: string): Promise<Answer>;
  /**
   * Sends a request whose answer goes on for long, on a connection of its own. `done` resolves when the
   * answer has ended (with a status that is not 200, at once), and rejects when it broke off or `stop`
   * was called.
   */
  stream(
    path: string,
    headers: Headers,
    body: string,
    onText: (text: string) => void,
  ): { readonly done: Promise<number>; stop(): void };
  close(): void;
}

/** Requests that are under way at the same time, unless more are allowed; others wait for a connection. */
const CONNECTIONS = 64;
const ANSWER_WITHIN = 30_000;

/**
 * undici's handlers rather than fetch: a quarter of the CPU time, and it is the system that is to be
 * measured.
 */
export function openConnections(url: string, most: number = CONNECTIONS): Connections {
  const pool = new Pool(url, {
    connections: most,
    pipelining: 1,
    headersTimeout: ANSWER_WITHIN,
    bodyTimeout: ANSWER_WITHIN,
  });
  const streams = new Set<Client>();

  return {
    request: (method, path, sent, body) =>
      new Promise((resolve, reject) => {
        let status = 0;
        let headers: Answer['headers'] = {};
        let text = '';
        pool.dispatch(
          { method, path, headers: sent, body: body ?? null },
          handler({
            onResponseStart(_, code, received) {
              status = code;
              headers = received;
            },
            onResponseData(_, chunk) {
              text += chunk.toString();
            },
            onResponseEnd: () => resolve({ status, headers, text }),
            onResponseError: (_, error) => reject(error),
          }),
        );
      }),
    stream(path, headers, body, onText) {
      const client = new Client(url, { headersTimeout: ANSWER_WITHIN, bodyTimeout: ANSWER_WITHIN });
      streams.add(client);
      const decoder = new TextDecoder();
      const done = new Promise<number>((resolve, reject) => {
        let status = 0;
        client.dispatch(
          { method: 'POST', path, headers, body },
          handler({
            onResponseStart(_, code) {
              status = code;
            },
            onResponseData(_, chunk) {
              if (status === 200) onText(decoder.decode(chunk, { stream: true }));
            },
            onResponseEnd: () => resolve(status),
            onResponseError: (_, error) => reject(error),
          }),
        );
      });
      const stop = () => {
        streams.delete(client);
        client.destroy().catch(() => {});
      };
      done.then(stop, stop);
      return { done, stop };
    },
    close() {
      pool.destroy().catch(() => {});
      for (const client of streams) client.destroy().catch(() => {});
    },
  };
}

/** The handler must say that it has seen the request start. */
function handler(rest: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return { onRequestStart() {}, ...rest };
}
