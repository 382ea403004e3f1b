import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changesBetween } from '../../apps/console/core/schema-changes.ts';
import { checkFile, fileSchema } from '../../apps/console/core/schemas.ts';
import type { Shown } from '../../apps/console/core/show.ts';
import { tail } from '../../apps/console/core/tail.ts';
import { header } from '../../platform/log/headers.ts';
import { topics } from '../../schemas/topics.ts';
import { type Check, type Lab, need } from '../lab.ts';
import { placeOf } from '../place.ts';

export const SUBJECT = 'hail.rider.DepositFunds';
export const ADDED = 'DepositFunds.avsc';
export const BROKEN = 'broken.avsc';

export const check: Check = async function* (lab) {
  const { registry } = lab.connection;
  const added = fileSchema(fileIn(lab, ADDED, 2));
  const first = await registry.version(SUBJECT, 1);
  need(first, 1, `The registry has no ${SUBJECT}. Was Hail started?`);
  const changes = changesBetween(first.schema, added);
  const fields = changes.filter(({ aspect }) => aspect === 'field');
  const news = fields.filter(({ change }) => change === 'added').map(({ field }) => field);
  need(news.length > 0, 2, `${ADDED} has no field that version 1 does not have.`);
  need(fields.length === news.length, 2, `${ADDED} lacks a field that version 1 has.`);
  yield `${ADDED} adds ${news.join(', ')} to version 1`;
  const id = await registry.idOf(SUBJECT, added);
  need(
    id !== undefined,
    4,
    `The registry does not have the schema of ${ADDED} as a version of ${SUBJECT}.`,
  );
  const level = await registry.compatibility(SUBJECT);
  need(
    level === 'FULL_TRANSITIVE',
    4,
    `${SUBJECT} has compatibility ${level}; set FULL_TRANSITIVE.`,
  );
  yield `the registry took it, with schema id ${id}, and holds ${SUBJECT} to ${level}`;
  yield await understood(lab, id, news);
  const verdict = await checkFile(lab.connection, fileIn(lab, BROKEN, 6));
  need(verdict.subject === SUBJECT, 6, `${BROKEN} is a ${verdict.subject}, not a ${SUBJECT}.`);
  need(!verdict.compatible, 6, `The registry would take ${BROKEN}: nothing is broken.`);
  const { fault, messages } = verdict;
  yield `${BROKEN} is refused: ${fault ? `field ${fault.field} ${fault.what} since version ${fault.version}` : messages.join('; ')}`;
};

function fileIn({ folder }: Lab, name: string, step: number): string {
  const file = join(folder, name);
  need(existsSync(file), step, `${name} is not there yet.`);
  need(isJson(file), step, `${name} is no JSON.`);
  return file;
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

/** A command of the new version, and the event of a service that knows the old one. */
async function understood(
  { connection }: Lab,
  id: number,
  news: readonly string[],
): Promise<string> {
  const find = async (topic: string, type: string, matches: (record: Shown) => boolean) => {
    const filter = { types: [type] };
    const from = { at: 'beginning' } as const;
    for await (const records of tail(connection, {
      topics: [topic],
      from,
      follow: false,
      filter,
    })) {
      const found = records.find(matches);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const says = ({ data }: Shown) =>
    news.some((name) => (data as Record<string, unknown>)[name] != null);
  const command = await find(
    topics.riderCommands.name,
    'DepositFunds',
    (record) => record.schemaId === id && says(record),
  );
  need(
    command,
    5,
    `No DepositFunds has been written with schema id ${id} and a value in ${news.join(', ')}.`,
  );
  const at = placeOf(command);
  const event = await find(
    topics.riderEvents.name,
    'FundsDeposited',
    ({ headers }) => headers[header.cause] === at,
  );
  need(
    event,
    5,
    `The command at ${at} was not followed by FundsDeposited. Is the rider registered?`,
  );
  return `the command at ${at} has the new field; the rider service, which knows version 1, made ${placeOf(event)} of it`;
}
