import { runningStart } from '../../../infra/run-file.ts';
import type { ProcessFacts } from './shapes.ts';

const ANSWERS_WITHIN = 1_000;

interface Looked {
  readonly at: number;
  readonly cpuSeconds: number;
}

/** Asks each process that `npm start` tells of in `dataDir` how it is. */
export function createProcesses(
  dataDir: string | undefined,
): () => Promise<readonly ProcessFacts[]> {
  const before = new Map<number, Looked>();
  const look = async (
    name: string,
    pid: number,
    admin: string | undefined,
  ): Promise<ProcessFacts> => {
    try {
      const [readiness, metrics] = await Promise.all([
        ask(`${admin}/readyz`),
        ask(`${admin}/metrics`),
      ]);
      const { ready, checks } = JSON.parse(readiness) as Readiness;
      const now = { at: Date.now(), cpuSeconds: gauge(metrics, 'process_cpu_seconds_total') ?? 0 };
      const last = before.get(pid);
      before.set(pid, now);
      return {
        name,
        pid,
        ready,
        lacks: Object.entries(checks).flatMap(([what, how]) =>
          how === 'ok' ? [] : [`${what} ${how}`],
        ),
        memoryBytes: gauge(metrics, 'process_resident_memory_bytes'),
        cpu: last && ((now.cpuSeconds - last.cpuSeconds) * 1_000) / (now.at - last.at),
      };
    } catch {
      const lacks = ['it gives no answer'];
      return { name, pid, ready: false, lacks, memoryBytes: undefined, cpu: undefined };
    }
  };
  return async () => {
    const run = dataDir === undefined ? undefined : runningStart(dataDir);
    return Promise.all(
      Object.entries(run?.services ?? {}).map(([name, { pid, admin }]) =>
        // The facade's own address has them.
        look(name, pid, admin ?? (name === 'facade' ? run?.url : undefined)),
      ),
    );
  };
}

interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** Readiness is told with the status as well; what counts is what it says. */
async function ask(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN) });
  return response.text();
}

/** The value of a metric that a process has once, from Prometheus' text. */
function gauge(metrics: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(metrics) ?? [];
  return value === undefined ? undefined : Number(value);
}
