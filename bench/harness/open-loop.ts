import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `send` at a constant rate whether or not anything answers, with the moments at which the
 * requests that are due were meant to be sent (`performance.now()`): latency counts from there, so a
 * sender that is late, or a system that makes it so, does not look fast.
 *
 * @param rate per second
 * @param signal aborted, it ends early
 * @returns how many there were
 */
export async function openLoop(
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  send: (intendedAt: readonly number[]) => void,
  signal?: AbortSignal,
): Promise<number> {
  const total = Math.max(1, Math.round(rate * seconds));
  const began = performance.now();
  let sent = 0;
  while (sent < total && !signal?.aborted) {
    const due: number[] = [];
    for (const now = performance.now(); sent < total; sent += 1) {
      const at = began + (sent * 1_000) / rate;
      if (at > now) break;
      due.push(at);
    }
    if (due.length > 0) send(due);
    if (rate > PRECISE_UP_TO) await sleep(1);
    else if (sent < total) await moment(began + (sent * 1_000) / rate);
  }
  return sent;
}

/** At higher rates so much waiting without a timer would take the time of what is measured. */
const PRECISE_UP_TO = 100;

/** Resolves at this moment, and not up to two milliseconds later, as timers do. */
async function moment(at: number): Promise<void> {
  const early = at - performance.now() - 1;
  if (early >= 1) await sleep(early);
  while (performance.now() < at) await immediate();
}

/** What is so many seconds behind does not keep up; there is no point in sending more. */
export const HOPELESS = 2;

/**
 * Whether what is under way keeps growing: in the last quarter of a run there was more of it than in
 * the second, by more than a tenth of a second's worth.
 *
 * @param underWay looked at again and again during the run
 * @param rate per second
 */
export function grows(underWay: readonly number[], rate: number): boolean {
  const quarter = (n: number) => {
    const some = underWay.slice((underWay.length * n) / 4, (underWay.length * (n + 1)) / 4);
    return some.reduce((sum, value) => sum + value, 0) / Math.max(1, some.length);
  };
  return quarter(3) - quarter(1) > rate / 10;
}
