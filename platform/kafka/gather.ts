import { performance } from 'node:perf_hooks';

/** At rest the next record is asked for at once, in milliseconds; … */
const LEAST = 0;
/** … in a process that has no time left, records gather for so long. */
const MOST = 25;
/** Shares of the time in which the event loop is busy, between which the pause grows. */
const CALM = 0.15;
const BUSY = 0.75;
const LOOK_EVERY = 200;
/** Of the pause in fetching, a produce request waits one part in so many. */
const LINGER_SHARE = 5;

/**
 * How long to let records gather before more are fetched, in milliseconds, as of now. A fetch costs much the same for one record as
 * for fifty: the busier the process is, the more of them come at once. One measurement for the process.
 */
export const gatherFor = measured();

function measured(): () => number {
  let since = performance.eventLoopUtilization();
  let lookedAt = performance.now();
  let pause = LEAST;
  return () => {
    const now = performance.now();
    if (now - lookedAt >= LOOK_EVERY) {
      const current = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(current, since);
      pause = pauseFor(utilization);
      since = current;
      lookedAt = now;
    }
    return pause;
  };
}

/** The pause in milliseconds at a share of busy time. */
export function pauseFor(utilization: number): number {
  const share = Math.min(1, Math.max(0, (utilization - CALM) / (BUSY - CALM)));
  return Math.round(LEAST + (MOST - LEAST) * share ** 2);
}

/** How long a produce request waits for company where fetching pauses for so long, in milliseconds. */
export const lingerFor = (pause: number): number => Math.floor(pause / LINGER_SHARE);
