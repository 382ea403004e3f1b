import { z } from 'zod';
import { groupOf } from '../../apps/console/core/groups.ts';
import { lagOf } from '../../apps/console/core/lag.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { topics } from '../../schemas/topics.ts';
import { storyOf } from '../1-follow-a-trip/check.ts';
import { type Check, need, readAnswers } from '../lab.ts';

export const answers = z.strictObject({
  tripId: z.string(),
  /** The instance that decides it, as `npx hail groups` and `npx hail lag` name it. */
  owner: z.string(),
});

export const GROUP = 'hail.trip';
const MEMBERS = 3;
/** More than that is no hiccup; records of one shard. */
const LAGGING = 500;

export const check: Check = async function* (lab) {
  const { connection } = lab;
  const { members, state } = await groupOf(connection, GROUP);
  const enough = `${GROUP} has ${members.length} members, and ${MEMBERS} are wanted.`;
  need(members.length >= MEMBERS, 2, `${enough} Start two more instances and leave them running.`);
  need(state === 'Stable', 2, `${GROUP} is ${state}: partitions are being handed over. Try again.`);
  const inbox = topics.tripCommands.name;
  const shares = members.map(
    ({ clientId, assignment }) => [clientId, assignment[inbox] ?? []] as const,
  );
  for (const [clientId, share] of shares) {
    need(
      share.length > 0,
      2,
      `${clientId} has no partition; are there more members than partitions?`,
    );
    yield `${clientId} has the partitions ${share.join(' and ')} of all topics that ${GROUP} reads`;
  }
  const partitions = (await connection.reader.ranges([inbox])).length;
  const all = shares.flatMap(([, share]) => share);
  need(
    new Set(all).size === partitions && all.length === partitions,
    2,
    'A partition has no owner.',
  );
  yield `each of the ${partitions} partitions has exactly one owner`;
  for (const { shard, records } of await lagOf(connection, GROUP)) {
    need(records < LAGGING, 3, `${shard} is ${records} records behind. Is its owner running?`);
  }
  yield 'no shard is far behind';
  const { tripId, owner } = readAnswers(lab, 4, answers);
  await storyOf(lab, tripId, 4);
  const partition = partitionOf(tripId, partitions);
  const [clientId] = shares.find(([, share]) => share.includes(partition)) ?? [];
  need(owner === clientId, 4, `owner: ${owner} does not have the partition of trip ${tripId} now.`);
  yield `trip ${tripId} is in partition ${partition}, which belongs to ${owner}`;
};
