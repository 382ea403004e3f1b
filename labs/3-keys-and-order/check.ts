import { z } from 'zod';
import type { Shown } from '../../apps/console/core/show.ts';
import { tail } from '../../apps/console/core/tail.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { header } from '../../platform/log/headers.ts';
import { topics } from '../../schemas/topics.ts';
import { type Check, type Lab, need, readAnswers } from '../lab.ts';
import { placeOf } from '../place.ts';

export const answers = z.strictObject({
  /** Ids of riders, each with the partition that it will be in. */
  riders: z.record(z.string(), z.int()),
});

/** How many deposits each rider makes at least. */
export const DEPOSITS = 5;

export const check: Check = async function* (lab) {
  const { riders } = readAnswers(lab, 2, answers);
  const inbox = topics.riderCommands.name;
  const partitions = (await lab.connection.reader.ranges([inbox])).length;
  for (const [riderId, predicted] of Object.entries(riders)) {
    const partition = partitionOf(riderId, partitions);
    const wrong = `${riderId}: its partition is ${partition}, and you wrote ${predicted}.`;
    need(partition === predicted, 2, wrong);
  }
  for (let partition = 0; partition < partitions; partition += 1) {
    const there = Object.values(riders).includes(partition);
    need(there, 2, `None of your riders is in partition ${partition}; find an id that is.`);
  }
  yield `your riders are spread over all ${partitions} partitions, as predicted`;
  for (const riderId of Object.keys(riders)) yield await inOrder(lab, riderId);
};

async function inOrder(lab: Lab, riderId: string): Promise<string> {
  const commands = await recordsOf(lab, topics.riderCommands.name, riderId, 'DepositFunds');
  const events = await recordsOf(lab, topics.riderEvents.name, riderId, 'FundsDeposited');
  const sent = `${riderId}: ${commands.length} DepositFunds have been sent, at least ${DEPOSITS} are wanted.`;
  need(commands.length >= DEPOSITS, 4, sent);
  const done = `${riderId}: ${commands.length} deposits were sent and ${events.length} made.`;
  need(events.length >= DEPOSITS, 3, `${done} Has the rider been registered?`);
  const causes = events.map(({ headers }) => headers[header.cause]);
  const order = commands.map(placeOf).filter((at) => causes.includes(at));
  need(
    order.join() === causes.join(),
    4,
    `${riderId}: the deposits are not in the order they were sent in.`,
  );
  const [first] = events;
  return `${riderId}: ${events.length} deposits in ${first?.topic}/${first?.partition}, in the order of their commands`;
}

async function recordsOf({ connection }: Lab, topic: string, key: string, type: string) {
  const found: Shown[] = [];
  const filter = { keys: [key], types: [type] };
  const from = { at: 'beginning' } as const;
  for await (const records of tail(connection, { topics: [topic], from, follow: false, filter })) {
    found.push(...records);
  }
  return found;
}
