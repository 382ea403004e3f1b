import { Agent, request as httpRequest } from 'node:http';
import { createLatencies, type Latencies } from '../harness/latencies.ts';
import { grows, HOPELESS, openLoop } from '../harness/open-loop.ts';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers, as JSON
  readonly body: any;
}

/** A client that keeps its connections, as a gateway's neighbours do. */
export interface HttpClient {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  close(): void;
}

const CONNECTIONS = 2_000;

export function createHttpClient(url: string): HttpClient {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const call = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ hostname, port, method, path, headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: text === '' ? undefined : JSON.parse(text) });
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server has closed a connection that was idle for long, as it may: on another one.
        if (sent.reusedSocket && error.code === 'ECONNRESET') {
          resolve(call(method, path, headers, body));
        } else reject(error);
      });
      sent.end(body);
    });
  return {
    get: (path, headers = {}) => call('GET', path, headers),
    post(path, body) {
      const text = JSON.stringify(body);
      const length = String(Buffer.byteLength(text));
      const headers = { 'content-type': 'application/json', 'content-length': length };
      return call('POST', path, headers, text);
    },
    close: () => agent.destroy(),
  };
}

/**
 * Runs an exchange at a constant rate; each counts from the moment it was meant to begin to its end.
 *
 * @param exchange rejects when the answer is not the one that is wanted
 * @returns whether it was steady: what was under way did not keep growing
 */
export async function exchangeAt(
  rate: number,
  seconds: number,
  exchange: () => Promise<void>,
): Promise<{ readonly latencies: Latencies; readonly isSteady: boolean }> {
  const latencies = createLatencies();
  const underWay: number[] = [];
  const hopeless = new AbortController();
  const all: Promise<void>[] = [];
  const send = (due: readonly number[]) => {
    for (const at of due) {
      all.push(exchange().then(() => latencies.add(performance.now() - at)));
    }
    const now = all.length - latencies.count;
    underWay.push(now);
    if (now > rate * HOPELESS) hopeless.abort();
  };
  await openLoop({ rate, seconds }, send, hopeless.signal);
  await Promise.all(all);
  return { latencies, isSteady: !hopeless.signal.aborted && !grows(underWay, rate) };
}
