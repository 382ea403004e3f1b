import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { decode as decodeV11 } from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import produceV7 from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { expect, it } from 'vitest';
import { decodeFetch, type FetchResponse } from './fetch-response.ts';
import { toRecord } from './record.ts';

const now = 1_795_000_000_000;
const data = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const message = fc.record({
  key: fc.oneof(data, text),
  value: data,
  headers: fc.dictionary(
    fc.oneof(fc.string({ minLength: 1, maxLength: 9 }), fc.constant('ce_type')),
    fc.oneof(text, fc.constantFrom('1.0', 'hail.trip.TripRequested')),
    { maxKeys: 9 },
  ),
  timestamp: fc.integer({ min: now, max: now + 2 ** 33 }).map(String),
});
type Message = typeof message extends fc.Arbitrary<infer M> ? M : never;
const batch = fc.array(message, { minLength: 1, maxLength: 80 });

/** A batch as brokers keep it: kafkajs makes it, the broker numbers it. */
async function stored(messages: readonly Message[], offset: number): Promise<Buffer> {
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }];
  const { buffer } = await produceV7({ acks: -1, timeout: 1, topicData, compression: 0 }).encode();
  const bytes = Buffer.from(buffer.subarray(2 + 2 + 4 + 4 + 2 + 1 + 4 + 4 + 4));
  bytes.writeBigInt64BE(BigInt(offset));
  return bytes;
}

function response(records: Buffer, { partition = 3, aborted = 0 } = {}): Buffer {
  const topic = Buffer.from('träger');
  const body = Buffer.alloc(18 + topic.length + 4);
  body.writeInt32BE(7); // throttle
  body.writeInt16BE(0, 4);
  body.writeInt32BE(9, 6); // session
  body.writeInt32BE(1, 10);
  body.writeInt16BE(topic.length, 14);
  topic.copy(body, 16);
  body.writeInt32BE(1, 16 + topic.length);
  const head = Buffer.alloc(34 + 16 * aborted + 8);
  head.writeInt32BE(partition);
  head.writeInt16BE(6, 4);
  head.writeBigInt64BE(12_345_678_901n, 6);
  head.writeBigInt64BE(-1n, 14);
  head.writeBigInt64BE(5n, 22);
  head.writeInt32BE(aborted, 30);
  head.writeInt32BE(-1, 34 + 16 * aborted);
  head.writeInt32BE(records.length, 38 + 16 * aborted);
  return Buffer.concat([body.subarray(0, 20 + topic.length), head, records]);
}

const plain = ({ responses, ...rest }: FetchResponse) => ({
  ...rest,
  responses: responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ messages, ...partition }) => ({
      ...partition,
      records: messages.map((one) => {
        const record = toRecord(topicName, partition.partition, one as unknown as KafkaMessage);
        const { topic, offset, key, value, headers, timestamp } = record;
        return { topic, partition: record.partition, offset, key, value, headers, timestamp };
      }),
      asIs: messages.map(({ offset, timestamp, key, value, isControlRecord }) => {
        return { offset, timestamp, key, value, isControlRecord };
      }),
    })),
  })),
});

it('makes of a response what kafkajs makes of it, with as much of the last batch as came along', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { maxLength: 3 }),
      fc.nat(2 ** 40),
      fc.nat(100),
      async (batches, offset, missing) => {
        const all = await Promise.all(batches.map((one, i) => stored(one, offset + 100 * i)));
        const records = Buffer.concat(all);
        // Of fewer bytes kafkajs cannot even tell the format.
        const length = records.length - missing;
        const body = response(length < 17 ? records : records.subarray(0, length));
        const ours = decodeFetch(body);
        if (ours === undefined) throw new Error('left to kafkajs');
        expect(plain(ours)).toEqual(plain((await decodeV11(body)) as FetchResponse));
      },
    ),
  );
});

it('takes a header without a value for none, and of several the last', () => {
  // One record, by hand: kafkajs writes no such thing.
  const record = Buffer.from([0, 0, 0, 1, 1, 6, 2, 97, 1, 2, 98, 2, 49, 2, 98, 2, 50]);
  const bytes = Buffer.alloc(62 + record.length);
  bytes.writeInt32BE(50 + record.length, 8);
  bytes[16] = 2;
  bytes.writeInt32BE(1, 57);
  bytes[61] = 2 * record.length;
  record.copy(bytes, 62);
  const [partition] = decodeFetch(response(bytes))?.responses[0]?.partitions ?? [];
  expect(partition?.messages.map(({ record: { headers } }) => headers)).toEqual([{ b: '2' }]);
});

it('leaves compressed batches, those of transactions and older formats to kafkajs', async () => {
  const bytes = await stored([{ key: null, value: null, headers: {}, timestamp: '1' }], 0);
  const changed = (at: number, to: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = to;
    return decodeFetch(response(copy));
  };
  expect(changed(22, 0)).toBeDefined();
  for (const attributes of [1, 0x10, 0x20]) expect(changed(22, attributes)).toBeUndefined();
  expect(changed(16, 1)).toBeUndefined();
  expect(decodeFetch(response(bytes, { aborted: 1 }))).toBeUndefined();
});
