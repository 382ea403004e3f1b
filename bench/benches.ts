import type { Bench } from './harness/bench.ts';

/** Every bench, in the order of `npm run bench`; those that take their machine for themselves come last. */
export const benches: readonly { readonly name: string; load(): Promise<Bench> }[] = [
  { name: 'avro', load: async () => (await import('./avro.ts')).avro },
  { name: 'projection', load: async () => (await import('./projection.ts')).projection },
  { name: 'nearest', load: async () => (await import('./nearest.ts')).nearest },
  { name: 'step', load: async () => (await import('./step.ts')).step },
  { name: 'chain', load: async () => (await import('./chain/chain.ts')).chain },
  {
    name: 'request-reply',
    load: async () => (await import('./request-reply/request-reply.ts')).requestReply,
  },
  { name: 'locations', load: async () => (await import('./locations.ts')).locations },
  { name: 'recovery', load: async () => (await import('./recovery.ts')).recovery },
  { name: 'rebuild', load: async () => (await import('./rebuild.ts')).rebuild },
  { name: 'assigned', load: async () => (await import('./city/assigned.ts')).assigned },
  { name: 'sustained', load: async () => (await import('./city/sustained.ts')).sustained },
  { name: 'burst', load: async () => (await import('./city/burst.ts')).burst },
  { name: 'cost', load: async () => (await import('./city/cost.ts')).cost },
];
