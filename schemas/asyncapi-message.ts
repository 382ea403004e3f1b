import { toJSONSchema, type ZodType } from 'zod';
import * as shapes from '../platform/log/header-shapes.ts';
import { avroBinding, type Json, messageBinding } from './asyncapi-kafka.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { Topic } from './topics.ts';
import type { Traffic } from './traffic.ts';

type Role = 'command' | 'request' | 'reply' | 'event' | 'claim' | 'measurement' | 'dead letter';

const shapeOf: Readonly<Record<Role, ZodType>> = {
  command: shapes.commandHeaders,
  request: shapes.requestHeaders,
  reply: shapes.replyHeaders,
  event: shapes.eventHeaders,
  claim: shapes.claimHeaders,
  measurement: shapes.commandHeaders,
  'dead letter': shapes.deadLetterHeaders,
};

const AVRO = 'application/vnd.apache.avro;version=1.9.0';

/** The names of the messages in a topic. Those set aside are bytes, which may be no record at all. */
export function messagesOf({ kind, records }: Topic): readonly string[] {
  return kind === 'dlq' ? ['DeadLetter'] : records;
}

/** One message: its Avro schema, headers and key. Throws if no schema defines it. */
export function describeMessage(
  name: string,
  topic: Topic,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  traffic: Traffic,
): Json {
  const role = roleOf(name, topic, traffic);
  const headers = { $ref: `#/components/schemas/${nameOf(shapeOf[role])}` };
  if (role === 'dead letter') {
    return {
      name,
      title: 'A message set aside',
      contentType: 'application/octet-stream',
      tags: [{ name: role }],
      headers,
      payload: { type: 'string', format: 'binary', description: 'The bytes as they were.' },
      bindings: { kafka: messageBinding('The key that it had.') },
    };
  }
  const entry = catalogue.get(name);
  if (entry === undefined) throw new Error(`topics.ts names ${name}, which no schema defines`);
  const key = role === 'claim' ? 'The shard, as `trip/3`.' : `The ${topic.key} of the record.`;
  const correlated = role === 'request' || role === 'reply';
  return {
    name: entry.fullName,
    title: name,
    summary: entry.source.doc,
    tags: [{ name: role }],
    headers: {
      allOf: [headers, { type: 'object', properties: { ce_type: { const: entry.fullName } } }],
    },
    ...(correlated && { correlationId: { $ref: '#/components/correlationIds/request' } }),
    payload: { schemaFormat: AVRO, schema: entry.schema },
    bindings: { kafka: avroBinding(key) },
  };
}

/** What the headers of a message look like in a topic. */
export function headersOf(name: string, topic: Topic, traffic: Traffic): ZodType {
  return shapeOf[roleOf(name, topic, traffic)];
}

/** The headers of every role, as JSON schemas by name. */
export function headerSchemas(): Json {
  const described = Object.values(shapeOf).map((shape) => {
    const { $schema: _, ...schema } = toJSONSchema(shape, { target: 'draft-7' });
    return [nameOf(shape), schema];
  });
  return Object.fromEntries(described);
}

function nameOf(shape: ZodType): string {
  const { title } = shape.meta() ?? {};
  if (title === undefined) throw new Error('the shape of headers has no title');
  return title;
}

function roleOf(name: string, { kind }: Topic, { exchanges }: Traffic): Role {
  switch (kind) {
    case 'dlq':
      return 'dead letter';
    case 'stream':
      return 'measurement';
    case 'log':
      return name === 'ShardClaimed' ? 'claim' : 'event';
    case 'inbox':
      if (exchanges.some(({ request }) => request === name)) return 'request';
      return exchanges.some(({ reply }) => reply === name) ? 'reply' : 'command';
    default:
      return kind satisfies never;
  }
}
