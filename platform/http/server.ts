import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { answer, sendJson, sendProblem } from './answer.ts';
import { type Assets, sendAsset } from './assets.ts';
import { type Listening, listen } from './listen.ts';
import { describeApi } from './openapi.ts';
import { type Checks, createOps } from './ops.ts';
import { ProblemError } from './problem.ts';
import type { Route } from './route.ts';
import { toProblem } from './to-problem.ts';

export interface ServerOptions {
  readonly routes: readonly Route[];
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  /** 0: any free one. */
  readonly port: number;
  /** Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string;
  readonly checks: Checks;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Sees every request first; what it throws is the answer. */
  readonly guard?: (request: Incoming) => void;
  /** Files at paths that no route has. */
  readonly assets?: Assets;
  /** Sent with every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it comes in. */
export type Incoming = Pick<Request, 'method' | 'path' | 'headers'>;

/** How large a body may be, in bytes. */
export const bodyLimit = 65_536;

/**
 * Serves the routes, and `/openapi.json`, `/livez`, `/readyz`, `/metrics` beside them. Every error is
 * `application/problem+json`. `close()` is not ready any more, ends event streams and waiting
 * requests, lets the others finish, and takes at most 4 s.
 */
export async function startServer(options: ServerOptions): Promise<Listening> {
  const drain = new AbortController();
  const app = createApp(options, drain.signal);
  const listening = await listen(app, options.port, options.host ?? '127.0.0.1');
  return {
    url: listening.url,
    close: (milliseconds) => {
      drain.abort();
      return listening.close(milliseconds);
    },
  };
}

function createApp(options: ServerOptions, drained: AbortSignal): Express {
  const { routes, metrics, logger } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  const observe = createObserver(metrics, logger);
  const ops = createOps(
    { draining: () => (drained.aborted ? 'is shutting down' : undefined), ...options.checks },
    metrics,
  );
  const api = JSON.stringify(describeApi(routes, options.info));

  app.use((request, response, next) => {
    if (drained.aborted) response.setHeader('Connection', 'close');
    response.locals['began'] = performance.now();
    response.once('close', () => observe(request, response));
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      response.setHeader(name, value);
    }
    options.guard?.(request);
    next();
  });
  app.get(['/livez', '/readyz', '/metrics'], async (request, response) => {
    const reply = await ops(request.path);
    response.writeHead(reply?.status ?? 404, {
      'Content-Type': reply?.contentType,
      'Cache-Control': 'no-store',
    });
    response.end(reply?.body);
  });
  app.get('/openapi.json', (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(api);
  });

  const untilGone = createGone(drained);
  const methods = new Map<string, Set<string>>();
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json']) {
    methods.set(path, new Set(['GET', 'HEAD']));
  }
  const json = express.json({ limit: bodyLimit, strict: false, type: () => true });
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    const known = methods.get(path) ?? new Set<string>();
    known.add(route.method.toUpperCase());
    if (route.method === 'get') known.add('HEAD');
    methods.set(path, known);
    const name = (_: Request, response: Response, next: NextFunction) => {
      response.locals['operation'] = route.operationId;
      next();
    };
    app[route.method](path, name, ...(route.body ? [requireJson, json] : []), (request, response) =>
      answer(route, request, response, () => untilGone(response)),
    );
  }
  for (const [path, known] of methods) {
    app.all(path, (request, response) => {
      const allow = [...known].sort().join(', ');
      if (request.method === 'OPTIONS') return sendJson(response, 204, undefined, { Allow: allow });
      throw new ProblemError('method-not-allowed', `${request.path} takes ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
  app.use((request, response) => {
    if (sendAsset(request, response, options.assets)) return;
    throw new ProblemError('not-found', `There is nothing at ${request.path}.`);
  });
  app.use((thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = toProblem(thrown);
    const operation = response.locals['operation'] ?? request.path;
    if (problem.code === 'internal') logger.error({ err: thrown, operation }, 'request failed');
    else if (problem.code === 'unavailable')
      logger.warn({ err: thrown, operation }, problem.message);
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  });
  return app;
}

/**
 * Makes signals that are aborted when the client has gone before its answer, a stream has ended, or the server is drained. Only for those
 * who wait, and without `AbortSignal.any` and an exception for each, which would take a twentieth of the facade's time.
 */
function createGone(drained: AbortSignal): (response: Response) => AbortSignal {
  const waiting = new Set<AbortController>();
  const reason = new Error('nobody waits for the answer any more');
  drained.addEventListener('abort', () => {
    for (const gone of waiting) gone.abort(reason);
  });
  return (response) => {
    const gone = new AbortController();
    if (response.closed || drained.aborted) gone.abort(reason);
    else {
      waiting.add(gone);
      response.once('close', () => {
        waiting.delete(gone);
        if (!response.writableFinished || isStream(response)) gone.abort(reason);
      });
    }
    return gone.signal;
  };
}

function requireJson(request: Request, _: Response, next: NextFunction): void {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if (chunked === undefined && (length === undefined || length === '0')) {
    throw new ProblemError('malformed-json', 'The request needs a JSON body.');
  }
  if (!request.is(['application/json', 'application/*+json'])) {
    throw new ProblemError('unsupported-media-type', 'Send the body as application/json.');
  }
  next();
}

const isStream = (response: Response): boolean =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');

/** Measures each request by operation, and logs it at debug level. Streams are counted when they end. */
function createObserver(metrics: Metrics, logger: Logger): (req: Request, res: Response) => void {
  const duration = metrics.histogram(
    'hail_http_request_duration_seconds',
    'From reading the head of a request to the end of its answer; waiting included, event streams not.',
    ['operation', 'status'],
  );
  return (request, response) => {
    const seconds = (performance.now() - response.locals['began']) / 1_000;
    const operation: string = response.locals['operation'] ?? 'none';
    if (!isStream(response)) duration.observe({ operation, status: response.statusCode }, seconds);
    const { method, path } = request;
    logger.debug({ method, path, operation, status: response.statusCode, seconds }, 'request');
  };
}
