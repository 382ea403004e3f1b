import type { Bench } from '../harness/bench.ts';
import { watchCpu } from '../harness/cpu.ts';
import { startHail } from './hail-system.ts';
import { complaintOf, live } from './life.ts';

export const cost: Bench = {
  name: 'cost',
  about: "CPU milliseconds per trip by process, from the first request to the drivers' going home",
  servers: 'empty',
  async run(context) {
    const { quick, rounds, backends, say } = context;
    const { url, pids } = await startHail(context);
    const [rate, seconds] = quick ? [2, 5] : [10, 30];
    const servers = (backends.processes ?? []).map(({ name, pid }) => [name, pid] as const);
    const all = { ...pids, ...Object.fromEntries(servers), 'the city itself': process.pid };
    const perTrip: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round += 1) {
      let used = watchCpu(all);
      const onBegin = () => {
        used = watchCpu(all);
      };
      const report = await live({ url, rate, seconds, seed: round + 1, onBegin });
      const complaint = complaintOf(report);
      if (complaint !== undefined) say(`round ${round + 1}: ${complaint}`);
      for (const [name, ms] of Object.entries(used())) {
        (perTrip[name] ??= []).push(ms / report.trips.requested);
      }
    }
    const hail = Object.keys(pids).map((name) => perTrip[name] ?? []);
    const total = Array.from({ length: rounds }, (_, i) =>
      hail.reduce((sum, values) => sum + (values[i] ?? 0), 0),
    );
    const against = { what: "Hail's processes", values: total };
    return [
      { what: "Hail's processes together", unit: 'ms', values: total },
      ...Object.entries(perTrip).map(([name, values]) => ({
        what: name,
        unit: 'ms',
        values,
        against,
      })),
    ];
  },
};
