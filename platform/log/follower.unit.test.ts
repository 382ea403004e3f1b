import { expect, it } from 'vitest';
import { jsonCodec } from '../testing/json-codec.ts';
import { LogFollower } from './follower.ts';
import type { LogRecord, Source } from './ports.ts';
import { type LogPosition, logStart } from './position.ts';
import { CLAIM_TYPE } from './reader.ts';

const MINUTE = 60_000;
const at = { topic: 'log', partition: 0, key: 'x' };

const claim = (offset: number, timestamp: number): LogRecord => {
  return { ...at, offset, timestamp, value: null, headers: { ce_type: CLAIM_TYPE } };
};
const event = (offset: number, timestamp: number, epoch: string): LogRecord => {
  const value = jsonCodec.encode('Added', { n: offset });
  return { ...at, offset, timestamp, value, headers: { ce_type: 'hail.test.Added', epoch } };
};

/** A follower that goes back two minutes at most, its source and what it has handled. */
function follow() {
  let kept: LogPosition | undefined;
  let now = 0;
  const sought: number[] = [];
  const handled: number[] = [];
  const none = () => {};
  const source: Source = {
    seek: (_, __, offset) => sought.push(offset),
    pause: none,
    resume: none,
    commit: none,
  };
  const follower = new LogFollower(at.topic, at.partition, source, {
    codec: jsonCodec,
    clock: { now: () => now, after: () => none },
    positions: {
      load: async () => kept,
      async store(_, __, position) {
        const before = kept !== undefined;
        kept = position;
        return before;
      },
    },
    observe: none,
    wants: () => true,
    handle: async (events) =>
      void handled.push(...events.map(({ metadata }) => metadata.coordinate.offset)),
    catchUp: 2 * MINUTE,
  });
  return {
    follower,
    sought,
    handled,
    async take(...records: LogRecord[]) {
      now = Math.max(now, ...records.map(({ timestamp }) => timestamp));
      follower.receive(records);
      await expect.poll(() => kept?.offset).toBe((records.at(-1)?.offset ?? 0) + 1);
    },
    keep: (position: LogPosition | undefined) => {
      kept = position;
    },
  };
}

it('goes back as far as it must when what was handled is lost, and no further', async () => {
  const { follower, sought, handled, take, keep } = follow();
  await follower.assign();
  await take(claim(0, 0), event(1, MINUTE, '0.0'));
  await take(claim(2, 2 * MINUTE), event(3, 2 * MINUTE, '2.0'));
  await take(event(4, 4 * MINUTE - 1, '2.1'));
  await take(event(5, 4 * MINUTE, '2.2'), event(6, 4 * MINUTE, '0.1'));
  keep(undefined);
  handled.length = 0;
  await take(event(7, 5 * MINUTE, '2.3'));
  await expect.poll(() => sought).toEqual([0, 4]);
  // Read again from there, by the rules of before: 6 is a deposed owner's.
  await take(...[event(4, 4 * MINUTE - 1, '2.1'), event(5, 4 * MINUTE, '2.2')]);
  await take(event(6, 4 * MINUTE, '0.1'), event(7, 5 * MINUTE, '2.3'));
  expect(handled).toEqual([7, 4, 5, 7]);
});

it('goes back to the start of the log when it has not been there for long enough', async () => {
  const { follower, sought, take, keep } = follow();
  keep({ ...logStart, offset: 3, epoch: 2, seq: 0 });
  await follower.assign();
  await take(event(4, 4 * MINUTE, '2.1'));
  keep(undefined);
  await take(event(5, 5 * MINUTE, '2.2'));
  await expect.poll(() => sought).toEqual([3, 0]);
});
