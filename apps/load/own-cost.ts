import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Histogram } from 'hdr-histogram-js';

/** What the load generator itself has cost, and whether that was too much. */
export interface OwnCost {
  /** As a share of one core. */
  readonly cpuShare: number;
  readonly cpuMsPerTrip: number;
  readonly memoryMb: number;
  /** By how much its event loop was late, in milliseconds. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly most: number };
  /** By how much people were woken too late to do what was due, in milliseconds. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly most: number };
  /** Why the generator, not the system, may have been the limit; `null`: it was not. */
  readonly wasTheLimit: string | null;
}

/** Later than this is too late, in milliseconds; more than this share of a core is too much. */
export const TOO_LATE = 50;
export const TOO_BUSY = 0.85;
const RESOLUTION = 20;

/** Measures this process from now on. */
export function measureOwnCost(): { stop(trips: number, late: Histogram): OwnCost } {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION });
  loop.enable();
  return {
    stop(trips, late) {
      loop.disable();
      const { user, system } = process.cpuUsage(cpu);
      const cpuMs = (user + system) / 1_000;
      const delay = (nanoseconds: number) =>
        Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION) * 10) / 10);
      const cost = {
        cpuShare: Math.round((cpuMs / (performance.now() - began)) * 1_000) / 1_000,
        cpuMsPerTrip: trips === 0 ? 0 : Math.round((cpuMs / trips) * 100) / 100,
        memoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
        loopDelayMs: {
          p50: delay(loop.percentile(50)),
          p99: delay(loop.percentile(99)),
          most: delay(loop.max),
        },
        lateMs: {
          p50: late.getValueAtPercentile(50),
          p99: late.getValueAtPercentile(99),
          most: late.maxValue,
        },
      };
      return { ...cost, wasTheLimit: limitOf(cost) };
    },
  };
}

/** In words, why what was measured says more of the generator than of the system. */
export function limitOf({ cpuShare, lateMs }: Pick<OwnCost, 'cpuShare' | 'lateMs'>): string | null {
  const share = `${Math.round(cpuShare * 100)} % of a core`;
  if (cpuShare > TOO_BUSY) return `the generator was busy for ${share}`;
  if (lateMs.p99 <= TOO_LATE) return null;
  return (
    `1 % of what was due was done ${lateMs.p99} ms late or later, though the generator used only ` +
    `${share}: the machine had too little left for it`
  );
}
