import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../log/ports.ts';
import { type Batch, placeOf } from './batch.ts';
import { Lane } from './lane.ts';

const record = (key: string, bytes = 1): NewRecord => ({
  key,
  value: Buffer.alloc(bytes),
  headers: {},
});
const unit = (partition: number, ...records: NewRecord[]): Batch => ({
  topic: 't',
  partition,
  records,
});

/** A broker whose requests are answered by hand. */
function broker() {
  const requests: string[][] = [];
  const answers: { units: readonly Batch[]; answer: PromiseWithResolvers<Map<string, number>> }[] =
    [];
  let written = 0;
  const produce = (units: readonly Batch[]) => {
    requests.push(
      units.map(
        ({ partition, records }) => `${partition}:${records.map(({ key }) => key).join('')}`,
      ),
    );
    const answer = Promise.withResolvers<Map<string, number>>();
    answers.push({ units, answer });
    return answer.promise;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    requests,
    turn,
    lane: new Lane(produce),
    async answer(error?: Error) {
      const next = answers.shift();
      written += 100;
      if (error !== undefined) next?.answer.reject(error);
      else next?.answer.resolve(new Map(next.units.map((one) => [placeOf(one), written])));
      await turn();
      await turn();
    },
  };
}

describe('a lane', () => {
  it('shares a request among what comes in one turn, and while one is under way', async () => {
    const { lane, requests, answer, turn } = broker();
    const all = [lane.add(unit(0, record('a'))), lane.add(unit(1, record('b')))];
    await turn();
    expect(requests).toEqual([['0:a', '1:b']]);
    all.push(lane.add(unit(1, record('c'))));
    await turn();
    all.push(lane.add(unit(0, record('d'))));
    expect(requests).toHaveLength(1);
    await answer();
    expect(requests.slice(1)).toEqual([['1:c', '0:d']]);
    await answer();
    await Promise.all(all);
  });

  it('fills a batch of each partition as far as it goes, and keeps the order', async () => {
    const { lane, requests, answer, turn } = broker();
    const large = 500_000;
    const all = [lane.add(unit(0, record('a')))];
    await turn();
    all.push(
      lane.add(unit(0, record('b', large))),
      lane.add(unit(0, record('c', large))),
      lane.add(unit(0, record('d'))),
      lane.add(unit(1, record('e'))),
    );
    await answer();
    await answer();
    expect(requests).toEqual([['0:a'], ['0:b', '1:e'], ['0:c', '0:d']]);
    await answer();
    await Promise.all(all);
  });

  it('says where each unit begins in the batch it shares', async () => {
    const { lane, answer, turn } = broker();
    const first = lane.add(unit(0, record('a')));
    await turn();
    const all = Promise.all([
      first,
      lane.add(unit(0, record('b'), record('c'))),
      lane.add(unit(1, record('d'))),
      lane.add(unit(0, record('e'))),
    ]);
    await answer();
    await answer();
    expect(await all).toEqual([100, 200, 200, 202]);
  });

  it('lets all know that Kafka is away, and goes on', async () => {
    const { lane, requests, answer, turn } = broker();
    const first = expect(lane.add(unit(0, record('a')))).rejects.toThrow('away');
    await turn();
    await answer(new Error('away'));
    await first;
    const second = lane.add(unit(0, record('a')));
    await turn();
    await answer();
    await second;
    expect(requests).toEqual([['0:a'], ['0:a']]);
  });

  it('lets nobody suffer for a neighbour that is refused', async () => {
    const { lane, requests, answer, turn } = broker();
    const refused = Object.assign(new Error('too large'), {
      name: 'KafkaJSProtocolError',
      retriable: false,
    });
    const all = [0, 1, 2].map((p) => lane.add(unit(p, record('x'))));
    const outcomes = Promise.allSettled(all);
    await turn();
    await answer(refused);
    await answer();
    await answer(refused);
    await answer();
    expect(requests).toEqual([['0:x', '1:x', '2:x'], ['0:x'], ['1:x'], ['2:x']]);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
