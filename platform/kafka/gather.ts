import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** With time left the next record is asked for at once; without, records gather for so many milliseconds. */
const MOST = 25;
/** Shares of the time in which the processors are busy, between which the pause grows. */
const CALM = 0.8;
const BUSY = 0.92;
const LOOK_EVERY = 200;
/** How much a new measurement counts beside those before. */
const NEWEST = 0.3;

/**
 * How long to let records gather before more are fetched, in milliseconds, as of now. A fetch and what follows costs much the
 * same for one record as for fifty: processors that would be idle spend it for a shorter wait, busy ones save it. What
 * counts is the whole machine, for the broker and the other services need its time too, and the event loop of this process,
 * which may have less of the machine than all. One measurement for the process.
 */
export const gatherFor = measured();

function measured(): () => number {
  let loop = performance.eventLoopUtilization();
  let machine = processorTimes();
  let lookedAt = performance.now();
  let busy = 0;
  let pause = 0;
  return () => {
    const now = performance.now();
    if (now - lookedAt >= LOOK_EVERY) {
      const [loopBefore, before] = [loop, machine];
      loop = performance.eventLoopUtilization();
      machine = processorTimes();
      const own = performance.eventLoopUtilization(loop, loopBefore).utilization;
      busy += (Math.max(own, shareOf(before, machine)) - busy) * NEWEST;
      pause = pauseFor(busy);
      lookedAt = now;
    }
    return pause;
  };
}

/** The pause in milliseconds at a share of busy time. */
export function pauseFor(busy: number): number {
  const share = Math.min(1, Math.max(0, (busy - CALM) / (BUSY - CALM)));
  return Math.round(MOST * share ** 2);
}

interface ProcessorTimes {
  readonly busy: number;
  readonly idle: number;
}

/** Of all processors together, in milliseconds. */
function processorTimes(): ProcessorTimes {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}

/** The busy share of the time between two looks; 0 where the system does not tell. */
export function shareOf(before: ProcessorTimes, after: ProcessorTimes): number {
  const busy = after.busy - before.busy;
  return busy <= 0 ? 0 : busy / (busy + Math.max(0, after.idle - before.idle));
}
