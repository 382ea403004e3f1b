import type { ServerResponse } from 'node:http';
import { nextTraceparent } from '../telemetry/traceparent.ts';
import { sendEventStream } from './event-stream.ts';
import { type ProblemError, problemBody, problems } from './problem.ts';
import type { Reply, Request, Route } from './route.ts';
import { validate } from './validate.ts';

/** The parts of an incoming request that have not been validated. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Validates, handles and answers one request. Rejects with what was thrown before an answer began. */
export async function answer(
  route: Route,
  raw: RawRequest,
  response: ServerResponse,
  makeSignal: () => AbortSignal,
): Promise<void> {
  let made: AbortSignal | undefined;
  const signal = () => {
    made ??= makeSignal();
    return made;
  };
  const incoming = raw.headers['traceparent'];
  const request = {
    ...validate(route, raw),
    traceparent: nextTraceparent(typeof incoming === 'string' ? incoming : undefined),
    get signal() {
      return signal();
    },
  } as Request<never, never, never, never>;
  const reply: Reply = await route.handle(request);
  if (!('stream' in reply)) {
    return sendJson(response, reply.status, reply.body, reply.headers);
  }
  await sendEventStream(response, reply.stream, signal());
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  contentType = 'application/json; charset=utf-8',
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    ...(text !== '' && { 'Content-Type': contentType }),
    ...(status !== 304 && { 'Content-Length': Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}

export function sendProblem(response: ServerResponse, problem: ProblemError): void {
  const { status } = problems[problem.code];
  const body = problemBody(problem);
  sendJson(response, status, body, problem.headers, 'application/problem+json; charset=utf-8');
}
