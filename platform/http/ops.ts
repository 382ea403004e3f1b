import type { Metrics } from '../telemetry/metrics.ts';

/**
 * What must be there for a process to be of use, by name. A check gives `undefined` when all is
 * well, else what is missing, in words; one that throws or takes over a second counts as missing.
 */
export type Checks = Readonly<
  Record<string, () => string | undefined | Promise<string | undefined>>
>;

export interface OpsReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, value: unknown): OpsReply => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

async function missing(check: Checks[string]): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('gives no answer'), 1_000);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The operator's side of a process: `/livez` (the process answers), `/readyz` (200, or 503 and what
 * is missing), `/metrics` (Prometheus). `undefined` for any other path.
 */
export function createOps(
  checks: Checks,
  metrics: Metrics,
): (path: string) => Promise<OpsReply | undefined> {
  return async (path) => {
    if (path === '/livez') return json(200, { live: true });
    if (path === '/metrics') {
      const { contentType, body } = await metrics.text();
      return { status: 200, contentType, body };
    }
    if (path !== '/readyz') return undefined;
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await missing(check)] as const),
    );
    const lacks = results.filter(([, what]) => what !== undefined);
    return json(lacks.length === 0 ? 200 : 503, {
      ready: lacks.length === 0,
      checks: Object.fromEntries(results.map(([name, what]) => [name, what ?? 'ok'])),
    });
  };
}
