import { startSystem } from '../../apps/start/system.ts';
import type { Context } from '../harness/bench.ts';
import { metric } from '../harness/metric.ts';
import { live } from './life.ts';

/** Compiled code comes with use: after fewer trips than that they are measured that have not been compiled yet. */
const WARM_UP = { rate: 50, seconds: 40 };

/** All of Hail, as `npm start` runs it. */
export interface HailSystem {
  /** The API. */
  readonly url: string;
  /** By process. */
  readonly pids: Readonly<Record<string, number>>;
  /** Records that have not been handled, all services together. */
  lag(): Promise<number>;
}

/**
 * Starts it on the bench's servers and lets a city live on it for a while, so that it is warm. A process
 * that ends by itself makes the figures void.
 */
export async function startHail(context: Context): Promise<HailSystem> {
  const pids: Record<string, number> = {};
  const admins = new Set<string>();
  const { backends, dataDir, onEnd } = context;
  const system = await startSystem({
    backends,
    dataDir,
    port: 'free',
    onReady(name, pid, admin) {
      pids[name] = pid;
      if (admin !== undefined) admins.add(admin);
    },
    onExit: (name, how) => context.broken(`${name} ended (${how})`),
  });
  onEnd(() => system.stop());
  await live({ url: system.url, ...(context.quick ? { rate: 1, seconds: 2 } : WARM_UP), seed: 0 });
  return {
    url: system.url,
    pids,
    async lag() {
      const lags = await Promise.all([...admins].map((url) => metric(url, 'hail_lag_records')));
      return lags.reduce((sum, lag) => sum + lag, 0);
    },
  };
}
