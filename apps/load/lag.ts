const WITHIN = 2_000;

/** Records that the services have not handled yet, over all topics; `undefined` when one does not say. */
export async function readLag(adminUrls: readonly string[]): Promise<number | undefined> {
  try {
    const texts = await Promise.all(
      adminUrls.map(async (url) => {
        const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(WITHIN) });
        return response.text();
      }),
    );
    return texts.map(lagIn).reduce((sum, lag) => sum + lag, 0);
  } catch {
    return undefined;
  }
}

/** The sum of `hail_lag_records` in metrics as Prometheus reads them. */
export function lagIn(metrics: string): number {
  let sum = 0;
  for (const [, value] of metrics.matchAll(/^hail_lag_records(?:\{.*\})? (\S+)$/gm)) {
    sum += Number(value);
  }
  return sum;
}
