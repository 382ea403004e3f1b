import { expect, it } from 'vitest';
import type { Producer } from './client.ts';
import { createWriter } from './writer.ts';

type Batch = Parameters<Producer['sendBatch']>[0];

/** A producer that takes down the keys it is given, and fails with what `fails` says. */
function producer(fails: (request: number) => boolean) {
  const requests: string[] = [];
  const sendBatch = async ({ topicMessages = [] }: Batch) => {
    const messages = topicMessages.flatMap((one) => one.messages);
    requests.push(messages.map(({ key }) => key).join(''));
    if (fails(requests.length)) throw new Error('away');
    return topicMessages.map(({ topic }) => ({ topicName: topic, partition: 0, baseOffset: '7' }));
  };
  return { requests, writer: createWriter({ sendBatch } as unknown as Producer, 1) };
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
