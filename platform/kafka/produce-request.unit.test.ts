import fc from 'fast-check';
import produceV7 from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { expect, it } from 'vitest';
import { encodeProduce, type ProduceRequest } from './produce-request.ts';

const now = 1_795_000_000_000;
const data = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const message = fc.record({
  key: fc.oneof(data, fc.string({ unit: 'grapheme', maxLength: 70 })),
  value: data,
  headers: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    { maxKeys: 9 },
  ),
  timestamp: fc.integer({ min: now, max: now + 2 ** 33 }).map(String),
});
const request = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(60_000),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ unit: 'grapheme', maxLength: 30 }),
      partitions: fc.array(
        fc.record({
          partition: fc.nat(1_000),
          messages: fc.array(message, { minLength: 1, maxLength: 80 }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

it('makes of a request, byte for byte, what kafkajs makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (one: ProduceRequest) => {
      const { buffer } = await produceV7({ ...one, compression: 0 }).encode();
      expect(encodeProduce(one, now)?.equals(buffer)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('dates what has no time', () => {
  const messages = [{ key: 'k', value: Buffer.of(7) }];
  const one = {
    acks: -1,
    timeout: 1,
    topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }],
  };
  const dated = {
    ...one.topicData[0],
    topic: 't',
    partitions: [
      { partition: 0, messages: [{ ...messages[0], value: Buffer.of(7), timestamp: String(now) }] },
    ],
  };
  expect(encodeProduce(one, now)).toEqual(encodeProduce({ ...one, topicData: [dated] }, 1));
});

it('leaves headers with several values to kafkajs', () => {
  const messages = [{ value: null, headers: { a: ['1', '2'] } }];
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }];
  expect(encodeProduce({ acks: -1, timeout: 1, topicData }, now)).toBeUndefined();
});
