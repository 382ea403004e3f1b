import { type PlannedRecord, planSend, sendPlanned } from '../../../apps/console/core/send.ts';
import { topics } from '../../../schemas/topics.ts';
import { check, DEPOSITS } from '../../3-keys-and-order/check.ts';
import { type Lab, type Solve, writeAnswers } from '../../lab.ts';
import { untilPasses } from '../../until-passes.ts';

const topic = topics.riderCommands.name;

export const solve: Solve = async (lab) => {
  const { connection } = lab;
  const riders = await oneForEachPartition(lab);
  writeAnswers(lab, { riders });
  const planned: PlannedRecord[] = [];
  const plan = async (type: string, data: object) =>
    planned.push(await planSend(connection, { topic, type, data }));
  for (const riderId of Object.keys(riders)) {
    await plan('RegisterRider', { riderId, name: riderId, currency: 'EUR' });
  }
  // By turns, so that what belongs together does not stand together.
  for (let nth = 1; nth <= DEPOSITS; nth += 1) {
    for (const riderId of Object.keys(riders)) {
      const amount = { amountMinor: nth * 100, currency: 'EUR' };
      await plan('DepositFunds', { riderId, depositId: `${riderId}-${nth}`, amount });
    }
  }
  await sendPlanned(connection, planned);
  // Kafka has the commands; the rider service decides them a moment later.
  await untilPasses(check, lab);
  return async () => {};
};

/** Tries names until every partition has one. */
async function oneForEachPartition({ connection }: Lab): Promise<Record<string, number>> {
  const partitions = (await connection.reader.ranges([topic])).length;
  const riders = new Map<number, string>();
  for (let n = 1; riders.size < partitions; n += 1) {
    const riderId = `lab-3-${Date.now().toString(36)}-${n}`;
    const data = { riderId, name: riderId, currency: 'EUR' };
    const { partition } = await planSend(connection, { topic, type: 'RegisterRider', data });
    if (!riders.has(partition)) riders.set(partition, riderId);
  }
  return Object.fromEntries([...riders].map(([partition, riderId]) => [riderId, partition]));
}
