import { createLatencies, type Latencies } from '../harness/latencies.ts';
import { grows, HOPELESS, openLoop } from '../harness/open-loop.ts';

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
