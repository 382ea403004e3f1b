import type { Metrics } from '../telemetry/metrics.ts';
import { type Listening, listen } from './listen.ts';
import { type Checks, createOps } from './ops.ts';
import { ProblemError, problemBody } from './problem.ts';

/** Serves `/livez`, `/readyz` and `/metrics` of a process that has no other HTTP side. */
export async function startAdmin(options: {
  /** 0: any free one. */
  readonly port: number;
  readonly host?: string;
  readonly checks: Checks;
  readonly metrics: Metrics;
}): Promise<Listening> {
  const ops = createOps(options.checks, options.metrics);
  const notFound = JSON.stringify(problemBody(new ProblemError('not-found')));
  return listen(
    async (request, response) => {
      const reply = await ops((request.url ?? '').split('?')[0] ?? '').catch(() => undefined);
      response.writeHead(reply?.status ?? 404, {
        'Content-Type': reply?.contentType ?? 'application/problem+json',
        'Cache-Control': 'no-store',
      });
      response.end(reply?.body ?? notFound);
    },
    options.port,
    options.host ?? '127.0.0.1',
  );
}
