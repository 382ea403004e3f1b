import { v7 as uuidv7 } from 'uuid';
import { createEncoder } from '../../../platform/avro/encoder.ts';
import { type Definition, fullNameOf } from '../../../platform/avro/schema.ts';
import { createKafka } from '../../../platform/kafka/client.ts';
import { partitionOf } from '../../../platform/kafka/partition-of.ts';
import { createProducer } from '../../../platform/kafka/producer.ts';
import { createWriter } from '../../../platform/kafka/writer.ts';
import { cloudEvent } from '../../../platform/log/envelope.ts';
import type { NewRecord } from '../../../platform/log/ports.ts';
import type { Connection } from './connect.ts';
import { didYouMean, Problem } from './problem.ts';
import { schemaVersion } from './schemas.ts';
import { catalogued } from './topic-facts.ts';

export interface SendRequest {
  readonly topic: string;
  /** Short or full name; may be absent if the topic holds one type only. */
  readonly type?: string | undefined;
  readonly data: unknown;
  /** The field that is the topic's key, if absent. */
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A record as it would be written. */
export interface PlannedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly partitions: number;
  readonly type: string;
  readonly schemaId: number;
  readonly record: NewRecord;
}

const SOURCE = '/hail/console';

/**
 * Makes a record of JSON, with the latest schema of the registry. Writes nothing. Rejects with a
 * {@link Problem} when the topic is not for sending, or with `UnencodableError` naming the field that is wrong.
 */
export async function planSend(
  connection: Connection,
  { topic, type: wanted, data, key, headers }: SendRequest,
): Promise<PlannedRecord> {
  await connection.expectTopics([topic]);
  const type = wanted ?? typeFor(topic);
  const short = type.slice(type.lastIndexOf('.') + 1);
  allow(topic, short);
  const { schema, id } = await schemaVersion(connection, type);
  const { name = short, namespace } = schema as Definition;
  const value = createEncoder(short, schema, id)(data as object);
  const recordKey = key ?? keyOf(topic, data);
  const partitions = (await connection.reader.ranges([topic])).length;
  const record = {
    key: recordKey,
    value,
    headers: { ...cloudEvent(SOURCE, uuidv7(), fullNameOf(name, namespace)), ...headers },
  };
  const partition = partitionOf(recordKey, partitions);
  return { topic, partition, partitions, type: short, schemaId: id, record };
}

/** Writes planned records in their order; resolves when Kafka has them all. */
export async function sendPlanned(
  { addresses }: Connection,
  planned: readonly PlannedRecord[],
): Promise<void> {
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'hail-console' });
  const producer = createProducer(kafka);
  await producer.connect();
  try {
    for (const { topic, record, partitions } of planned) {
      await createWriter(producer, partitions).send([{ topic, record }]);
    }
  } finally {
    await producer.disconnect();
  }
}

function typeFor(topic: string): string {
  const records = catalogued(topic)?.records ?? [];
  if (records.length === 1) return records[0] as string;
  const choice = records.length > 0 ? ` It may be ${records.join(', ')}.` : '';
  throw new Problem('usage', `Say with --type what is to be sent to ${topic}.${choice}`);
}

/** Of Hail's topics only inboxes and streams take records from outside, and only of their types. */
function allow(topic: string, type: string): void {
  const facts = catalogued(topic);
  if (facts === undefined) return;
  if (facts.kind === 'log') {
    throw new Problem(
      'refused',
      `${topic} is a log: only the owner of a shard appends to it. Send a command instead.`,
    );
  }
  if (facts.kind === 'dlq') {
    throw new Problem(
      'refused',
      `${topic} holds what services set aside. Send to ${topic.replace(/\.dlq$/, '')} instead.`,
    );
  }
  if (facts.records.includes(type)) return;
  const hint = didYouMean(type, facts.records) || ` It takes ${facts.records.join(', ')}.`;
  throw new Problem('usage', `${topic} takes no ${type}.${hint}`);
}

function keyOf(topic: string, data: unknown): string {
  const field = catalogued(topic)?.key;
  const value = field && (data as Record<string, unknown> | null)?.[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new Problem(
    'usage',
    `Say the key of the record with --key${field ? `, or in its field ${field}` : ''}.`,
  );
}
