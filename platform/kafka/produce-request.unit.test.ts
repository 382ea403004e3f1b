import fc from 'fast-check';
import produceV7 from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { expect, it } from 'vitest';
import { HEAD } from './connection.ts';
import { encodeProduce } from './produce-request.ts';

const now = 1_795_000_000_000;
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const record = fc.record({
  key: text(70),
  value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), text(80), { maxKeys: 9 }),
  timestamp: fc.integer({ min: now, max: now + 2 ** 33 }),
});
const records = fc.array(record, { minLength: 1, maxLength: 80 });
const batches = fc
  .array(fc.record({ topic: text(30), partition: fc.nat(1_000), records }), { maxLength: 5 })
  .map((all) => [...Map.groupBy(all, ({ topic }) => topic).values()].flat());

it('makes of a request, byte for byte, what kafkajs makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (all) => {
      const topicData = [...Map.groupBy(all, ({ topic }) => topic)].map(([topic, some]) => ({
        topic,
        partitions: some.map(({ partition, records }) => ({
          partition,
          messages: records.map((one) => ({ ...one, timestamp: String(one.timestamp) })),
        })),
      }));
      const request = { acks: -1, timeout: 30_000, compression: 0, topicData };
      const { buffer } = await produceV7(request).encode();
      expect(encodeProduce(all, now).subarray(HEAD).equals(buffer)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('dates what has no time', () => {
  const one = { key: 'k', value: Buffer.of(7), headers: {} };
  const batch = (record: object) => [
    { topic: 't', partition: 0, records: [{ ...one, ...record }] },
  ];
  expect(encodeProduce(batch({}), now).subarray(HEAD)).toEqual(
    encodeProduce(batch({ timestamp: now }), 1).subarray(HEAD),
  );
});
