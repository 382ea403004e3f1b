import { expect, it } from 'vitest';
import { type Batch, placeOf } from './batch.ts';
import { createWriter } from './writer.ts';

/** A producer that takes down the keys it is given, and fails with what `fails` says. */
function producer(fails: (request: number) => boolean) {
  const requests: string[] = [];
  const produce = async (batches: readonly Batch[]) => {
    const records = batches.flatMap((one) => one.records);
    requests.push(records.map(({ key }) => key).join(''));
    if (fails(requests.length)) throw new Error('away');
    return new Map(batches.map((batch) => [placeOf(batch), 7]));
  };
  const writer = createWriter({ produce, connect: async () => {}, disconnect: async () => {} }, 1);
  return { requests, writer };
}

const message = (key: string, bytes: number) => ({
  topic: 't',
  record: { key, value: Buffer.alloc(bytes), headers: {} },
});

it('says where an append begins', async () => {
  const { writer } = producer(() => false);
  expect(await writer.append('t', 0, [message('a', 1).record])).toBe(7);
});

it('sends nothing behind a message that was not written', async () => {
  const { writer, requests } = producer((request) => request === 1);
  const all = [message('a', 200_000), message('b', 200_000), message('c', 200_000)];
  await expect(writer.send(all)).rejects.toThrow('away');
  expect(requests).toEqual(['a']);
  await writer.send(all);
  expect(requests).toEqual(['a', 'a', 'b', 'c']);
});
