import { annotate } from '../../../platform/avro/annotate.ts';
import { readSchemaId } from '../../../platform/avro/wire-format.ts';
import type { Coordinate } from '../../../platform/messaging/message.ts';
import type { Connection } from '../core/connect.ts';
import { Problem } from '../core/problem.ts';
import type { RecordPage } from './shapes.ts';

const WAIT = 500;

/** One record: decoded, and its bytes explained. Rejects with a {@link Problem} when there is none. */
export async function recordPage(connection: Connection, at: Coordinate): Promise<RecordPage> {
  const { topic, partition, offset } = at;
  await connection.expectTopics([topic]);
  const ranges = await connection.reader.ranges([topic]);
  const range = ranges.find((one) => one.partition === partition);
  const there = range !== undefined && offset >= range.start && offset < range.end;
  const [fetched] = there ? await connection.reader.fetch([at], WAIT, 1) : [];
  const record = fetched?.records[0];
  if (record?.offset !== offset) {
    const has = range ? `${range.start} to ${range.end - 1}` : `no partition ${partition}`;
    throw new Problem('unknown', `${topic}/${partition} has no record ${offset}: it has ${has}.`);
  }
  const [shown] = await connection.show.all([record]);
  if (shown === undefined) throw new Error('a record cannot be shown');
  const { value } = record;
  const schema =
    shown.schemaId === undefined && shown.problem === undefined
      ? undefined
      : await schemaOf(connection, value);
  return {
    record: shown,
    hex: value?.toString('hex') ?? '',
    annotated: schema && value ? annotate(schema, value) : undefined,
  };
}

async function schemaOf({ registry }: Connection, value: Buffer | null) {
  try {
    return value === null ? undefined : await registry.schemaById(readSchemaId(value));
  } catch {
    return undefined;
  }
}
