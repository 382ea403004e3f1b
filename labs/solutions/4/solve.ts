import { setTimeout as sleep } from 'node:timers/promises';
import { groupOf } from '../../../apps/console/core/groups.ts';
import { partitionOf } from '../../../platform/kafka/partition-of.ts';
import { topics } from '../../../schemas/topics.ts';
import { GROUP } from '../../4-consumer-groups/check.ts';
import { type Lab, type Solve, writeAnswers } from '../../lab.ts';
import { startInstance } from '../../start-instance.ts';
import { takeTrip } from '../../take-trip.ts';

export const solve: Solve = async (lab) => {
  const instances = await Promise.all([
    startInstance(lab.running, 'trip'),
    startInstance(lab.running, 'trip'),
  ]);
  const stop = async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
  };
  try {
    const { tripId } = await takeTrip(lab.running.url);
    writeAnswers(lab, { tripId, owner: await ownerOf(lab, tripId) });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
};

/** Once three members share the partitions. */
async function ownerOf({ connection }: Lab, tripId: string): Promise<string> {
  const inbox = topics.tripCommands.name;
  const partition = partitionOf(tripId, (await connection.reader.ranges([inbox])).length);
  for (let tries = 0; tries < 100; tries += 1) {
    const { state, members } = await groupOf(connection, GROUP);
    const sharing = members.filter(({ assignment }) => (assignment[inbox]?.length ?? 0) > 0);
    const owner = sharing.find(({ assignment }) => assignment[inbox]?.includes(partition));
    if (state === 'Stable' && sharing.length >= 3 && owner) return owner.clientId;
    await sleep(200);
  }
  throw new Error(`the partitions of ${GROUP} are not shared by three members`);
}
