import type { Report } from '../../apps/simulator/tally.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { startHail } from './hail-system.ts';
import { complaintOf, live } from './life.ts';

export const assigned: Bench = {
  name: 'assigned',
  about:
    'from the request of a trip to its driver, in a living city; less what drivers think over offers',
  servers: 'empty',
  async run(context) {
    const { quick, rounds, say } = context;
    const { url } = await startHail(context);
    const seconds = quick ? 5 : 30;
    const rows: Row[] = [];
    for (const rate of quick ? [2] : [10, 50, 100]) {
      const reports: Report[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const report = await live({ url, rate, seconds, seed: round + 1 });
        const complaint = complaintOf(report);
        if (complaint !== undefined) say(`at ${rate}/s, round ${round + 1}: ${complaint}`);
        reports.push(report);
      }
      const row = (what: string, value: (report: Report) => number): Row => {
        return { what: `${what} at ${rate}/s`, unit: 'ms', values: reports.map(value) };
      };
      rows.push(
        row('p50 assigned', (of) => of.latencyMs.requestToAssignedWithoutThinking.p50),
        row('p99 assigned', (of) => of.latencyMs.requestToAssignedWithoutThinking.p99),
        row('p50 with thinking', (of) => of.latencyMs.requestToAssigned.p50),
        row('p50 accepted (202)', (of) => of.latencyMs.requestAccepted.p50),
        {
          what: `promises broken at ${rate}/s`,
          unit: '',
          values: reports.map(({ violations }) => violations.length),
          floor: { atMost: 0 },
        },
      );
    }
    return rows;
  },
};
