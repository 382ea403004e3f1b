import { spawnSync } from 'node:child_process';
import { AvroSchemaParser } from '@asyncapi/avro-schema-parser';
import { Parser, type ValidateSchemaInput } from '@asyncapi/parser';
import { compileErrors, validate } from '@readme/openapi-parser';
import { describe, expect, it } from 'vitest';
import { type Topic, topics } from '../../schemas/topics.ts';
import { contractDocuments } from './documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into, and doctored, at any depth
type Document = any;

const written = contractDocuments();
const parse = (name: string): Document => JSON.parse(written[name] ?? '');

/**
 * What AsyncAPI's own parser finds wrong; that there is a newer version of the standard is not. Of
 * documents of version 3 it converts Avro schemas, but has to be asked to check them.
 */
async function wrongWithTopics(document: Document): Promise<readonly string[]> {
  const avro = AvroSchemaParser();
  const { diagnostics } = await new Parser({ schemaParsers: [avro] }).parse(
    JSON.stringify(document),
  );
  const schemas = Object.entries<Document>(document.components.messages).map(
    ([name, { payload }]) =>
      payload.schemaFormat
        ? avro.validate({ data: payload.schema, path: [name] } as unknown as ValidateSchemaInput)
        : [],
  );
  return [...diagnostics, ...(await Promise.all(schemas)).flatMap((found) => found ?? [])]
    .map((found) => ({ code: '', ...found }))
    .filter(({ code }) => code !== 'asyncapi-latest-version')
    .map(({ message, path }) => `${path?.join('/')}: ${message}`);
}

async function wrongWithApi(document: Document): Promise<string> {
  const result = await validate(document);
  return result.valid ? '' : compileErrors(result);
}

describe('the topics as AsyncAPI', () => {
  it('pass the official parser, Avro schemas included', async () => {
    expect(await wrongWithTopics(parse('asyncapi.json'))).toEqual([]);
  });

  const doctored: readonly (readonly [string, (document: Document) => void, RegExp])[] = [
    [
      'a channel that is not there',
      (d) => (d.operations.tripAsksVerifyRider.channel.$ref += 'x'),
      /operations\/tripAsksVerifyRider/,
    ],
    ['an unknown action', (d) => (d.operations.tripAsksVerifyRider.action = 'shout'), /action/],
    [
      'partitions that are no number',
      (d) => (d.channels.tripEvents.bindings.kafka.partitions = 'four'),
      /partitions/,
    ],
    [
      'a type unknown to Avro',
      (d) => (d.components.messages.TripRated.payload.schema.fields[0].type = 'strin'),
      /TripRated/,
    ],
    [
      'a message that the channel does not have',
      (d) => delete d.channels.tripEvents.messages.TripRated,
      /TripRated/,
    ],
  ];
  it.each(doctored)('are refused with %s', async (_, doctor, complaint) => {
    const document = parse('asyncapi.json');
    doctor(document);
    expect((await wrongWithTopics(document)).join('\n')).toMatch(complaint);
  });

  it('have somebody who sends and somebody who receives each message, but for dead letters', () => {
    const { channels, operations } = parse('asyncapi.json');
    const said = (action: string, id: string): string[] =>
      Object.values<Document>(operations)
        .filter((operation) => operation.action === action)
        .flatMap(({ messages }) => messages.map(({ $ref }: { $ref: string }) => $ref))
        .filter(($ref) => $ref.startsWith(`#/channels/${id}/`))
        .map(($ref) => $ref.slice($ref.lastIndexOf('/') + 1));
    for (const [id, topic] of Object.entries<Topic>(topics)) {
      const messages = Object.keys(channels[id].messages).sort();
      expect([...new Set(said('send', id))].sort(), `sent to ${topic.name}`).toEqual(messages);
      if (topic.kind === 'dlq') continue;
      expect([...new Set(said('receive', id))].sort(), `from ${topic.name}`).toEqual(messages);
    }
  });
});

describe('the API as OpenAPI', () => {
  it('passes the validator', async () => {
    expect(await wrongWithApi(parse('openapi.json'))).toBe('');
  });

  const doctored: readonly (readonly [string, (document: Document) => void, RegExp])[] = [
    [
      'a parameter in no known place',
      (d) => (d.paths['/trips/{tripId}'].get.parameters[0].in = 'air'),
      /air/,
    ],
    [
      'a response without a description',
      (d) => delete d.paths['/trips'].post.responses['202'].description,
      /description/,
    ],
    ['a schema that is not there', (d) => delete d.components.schemas.Trip, /Trip/],
  ];
  it.each(doctored)('is refused with %s', async (_, doctor, complaint) => {
    const document = parse('openapi.json');
    doctor(document);
    const complaints = await wrongWithApi(document).catch((error: Error) => error.message);
    expect(complaints).toMatch(complaint);
  });
});

describe('docs/contracts', () => {
  it('is what the code says', () => {
    const check = spawnSync(process.execPath, [`${import.meta.dirname}/main.ts`, '--check']);
    expect(check.stderr.toString()).toBe('');
    expect(check.status).toBe(0);
  });
});
