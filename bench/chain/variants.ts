import type { Context } from '../harness/bench.ts';
import type { Manner } from './forward.ts';
import { relayTopics } from './relay.ts';

export const HOPS = 4;

/** One way of building a chain of four processes. */
export interface Variant {
  /** As it is called in the tables. */
  readonly label: string;
  /** On Hail's kernel; its floors apply. */
  readonly isKernel: boolean;
  readonly topics: readonly string[];
  readonly input: string;
  readonly output: string;
  /** Where the search for its largest rate begins, per second. */
  readonly searchFrom: number;
  /** Starts the processes; resolves with what stops them. */
  start(context: Context): Promise<() => Promise<void>>;
}

const hops = Array.from({ length: HOPS }, (_, i) => i);

/** Each hop subscribes to the log of the one before, or is sent messages by it. */
function kernelVariant(by: 'subscription' | 'messages'): Variant {
  const kinds = hops.map((hop) => `bench-${by}-${hop + 1}`);
  const topics = kinds.map(relayTopics);
  const neighbours = (hop: number) =>
    by === 'subscription'
      ? { BENCH_AFTER: kinds[hop - 1] ?? '' }
      : { BENCH_NEXT: kinds[hop + 1] ?? '' };
  return {
    label: `kernel, by ${by}`,
    isKernel: true,
    topics: topics.flatMap((of) => Object.values(of)),
    input: topics[0]?.inbox ?? '',
    output: topics.at(-1)?.log ?? '',
    searchFrom: 4_000,
    start: (context) =>
      startAll(
        context,
        kinds.map((kind, hop) => ({
          name: kind,
          main: 'bench/chain/kernel-hop.ts',
          env: { BENCH_KIND: kind, ...neighbours(hop) },
        })),
      ),
  };
}

function kafkajsVariant(manner: Manner, label: string, searchFrom: number): Variant {
  const topics = [...hops, HOPS].map((hop) => `bench-chain-${manner}.${hop}`);
  return {
    label,
    isKernel: false,
    topics,
    input: topics[0] ?? '',
    output: topics.at(-1) ?? '',
    searchFrom,
    start: (context) =>
      startAll(
        context,
        hops.map((hop) => ({
          name: `bench-${manner}-${hop + 1}`,
          main: 'bench/chain/kafkajs-hop.ts',
          env: { BENCH_MANNER: manner, BENCH_FROM: topics[hop], BENCH_TO: topics[hop + 1] },
        })),
      ),
  };
}

async function startAll(
  context: Context,
  all: readonly { readonly name: string; readonly main: string; readonly env: object }[],
): Promise<() => Promise<void>> {
  const processes = await Promise.all(
    all.map(({ name, main, env }) => context.start(name, main, { ...env })),
  );
  return async () => {
    await Promise.all(processes.map((process) => process.stop()));
  };
}

export const variants = {
  subscription: kernelVariant('subscription'),
  messages: kernelVariant('messages'),
  bare: kafkajsVariant('bare', 'bare kafkajs', 4_000),
  atLeastOnce: kafkajsVariant('at-least-once', 'kafkajs at least once', 4_000),
  transactional: kafkajsVariant('transactional', 'kafkajs transactions', 500),
} as const;
