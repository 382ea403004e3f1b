import type { Codec } from '../log/ports.ts';

/** Messages as JSON, for tests of the kernel that have no schemas. */
export const jsonCodec: Codec = {
  encode: (type, data) => Buffer.from(JSON.stringify({ type, data })),
  fullName: (type) => `hail.${type === 'ShardClaimed' ? 'log' : 'test'}.${type}`,
  typeOf: () => 'known',
  learn: async () => {},
  decode: (value) => JSON.parse(value.toString()),
};
