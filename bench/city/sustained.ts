import type { Bench } from '../harness/bench.ts';
import { largestRate } from '../harness/largest-rate.ts';
import { grows } from '../harness/open-loop.ts';
import { startHail } from './hail-system.ts';
import { complaintOf, live } from './life.ts';

/** From the request to the driver, less the thinking, at the 99th percentile. In milliseconds. */
const TOO_SLOW = 1_000;

export const sustained: Bench = {
  name: 'sustained',
  about:
    'the most trips per second: p99 to the driver under 1 s, lag not growing, every trip ended, no promise broken',
  servers: 'empty',
  async run(context) {
    const { quick, say } = context;
    const { url, lag } = await startHail(context);
    const { seconds, from, enough } = quick
      ? { seconds: 4, from: 2, enough: 2 }
      : { seconds: 40, from: 40, enough: 1_000 };
    let seed = 0;
    const holds = async (rate: number) => {
      seed += 1;
      const lags: number[] = [];
      const onEverySecond = async () => {
        lags.push(await lag());
      };
      const report = await live({ url, rate, seconds, seed, onEverySecond });
      const { p99 } = report.latencyMs.requestToAssignedWithoutThinking;
      const complaint =
        complaintOf(report) ??
        (p99 < TOO_SLOW ? undefined : `p99 was ${p99} ms`) ??
        (grows(lags, rate) ? 'lag grew' : undefined);
      say(`${rate} trips/s: ${complaint ?? `kept up, p99 ${p99} ms`}`);
      return complaint === undefined;
    };
    const values = [await largestRate(from, holds, enough)];
    return [{ what: 'largest rate sustained', unit: 'trips/s', values }];
  },
};
