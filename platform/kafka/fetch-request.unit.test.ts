import fc from 'fast-check';
import fetchV11 from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import { expect, it } from 'vitest';
import { HEAD } from './connection.ts';
import { encodeFetch } from './fetch-request.ts';

const place = fc.record({
  topic: fc.string({ unit: 'grapheme', maxLength: 30 }),
  partition: fc.nat(1_000),
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
});

it('makes of a request, byte for byte, what kafkajs makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(place, { maxLength: 9 }), async (from) => {
      const topics = [...Map.groupBy(from, ({ topic }) => topic)].map(([topic, some]) => ({
        topic,
        partitions: some.map(({ partition, offset }) => ({
          partition,
          fetchOffset: String(offset),
          maxBytes: 77,
        })),
      }));
      const { buffer } = await fetchV11({
        replicaId: -1,
        maxWaitTime: 200,
        minBytes: 1,
        maxBytes: 10_485_760,
        isolationLevel: 0,
        topics,
      }).encode();
      const encoded = encodeFetch(from, { waitMs: 200, partitionBytes: 77 });
      expect(encoded.subarray(HEAD).equals(buffer)).toBe(true);
    }),
  );
});
