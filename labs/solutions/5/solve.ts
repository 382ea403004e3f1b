import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerFile } from '../../../apps/console/core/schemas.ts';
import { planSend, sendPlanned } from '../../../apps/console/core/send.ts';
import { Client } from '../../../apps/facade/client.ts';
import { topics } from '../../../schemas/topics.ts';
import { ADDED, BROKEN } from '../../5-schema-evolution/check.ts';
import type { Solve } from '../../lab.ts';

const original = join(import.meta.dirname, '../../../schemas/rider/DepositFunds.avsc');
const METHOD = {
  name: 'method',
  doc: 'How the rider paid, as CARD.',
  type: ['null', 'string'],
  default: null,
};

export const solve: Solve = async (lab) => {
  const { connection, folder, running } = lab;
  const schema = JSON.parse(readFileSync(original, 'utf8'));
  const write = (name: string, fields: readonly object[]) =>
    writeFileSync(join(folder, name), `${JSON.stringify({ ...schema, fields }, null, 2)}\n`);
  write(ADDED, [...schema.fields, METHOD]);
  write(BROKEN, schema.fields.slice(1));
  await registerFile(connection, join(folder, ADDED));
  const client = new Client(running.url);
  const riderId = await client.rider();
  const topic = topics.riderCommands.name;
  const amount = { amountMinor: 777, currency: 'EUR' };
  const data = { riderId, depositId: `${riderId}-card`, amount, method: 'CARD' };
  await sendPlanned(connection, [
    await planSend(connection, { topic, type: 'DepositFunds', data }),
  ]);
  await client.until(`/riders/${riderId}`, ({ account }) => account?.deposited === 10_777);
  client.api.close();
  return async () => {};
};
