import { Command } from 'commander';
import { createCodec } from '../../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../../platform/avro/registry.ts';
import { RegistryAwayError } from '../../../platform/avro/registry-browser.ts';
import { createKafka } from '../../../platform/kafka/client.ts';
import { createProducer } from '../../../platform/kafka/producer.ts';
import { createWriter } from '../../../platform/kafka/writer.ts';
import type { Codec, Writer } from '../../../platform/log/ports.ts';
import { loadSchemas } from '../../../schemas/catalogue.ts';
import { findDeadLetter, listDeadLetters } from '../../dead-letters/letters.ts';
import { type DlqOptions, readOptions } from '../../dead-letters/options.ts';
import { type RedriveResult, redrive } from '../../dead-letters/redrive.ts';
import { inFull, resultLine, summary, toJson } from '../../dead-letters/text.ts';
import type { Connection } from '../core/connect.ts';
import { Problem } from '../core/problem.ts';
import { type CommonOptions, command } from './context.ts';

interface RedriveOptions extends CommonOptions {
  readonly all?: boolean;
  readonly topic?: string;
  readonly write?: boolean;
}

export function dlqCommand(): Command {
  return new Command('dlq')
    .description('lists, shows and redrives what services have set aside')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(redriveCommand());
}

function listCommand(): Command {
  return command('list', 'lists dead letters', async ({ connection, output }, topics) => {
    const wanted = asked('list', ['list', ...topics]).topics;
    await connection.expectTopics(wanted);
    const letters: object[] = [];
    for await (const letter of listDeadLetters(connection.reader, codecFor(connection), wanted)) {
      letters.push(toJson(letter));
      if (!output.json) output.line(summary(letter));
      await output.flush();
    }
    if (output.json) output.document(letters);
    else output.line(letters.length === 0 ? 'No dead letters.' : `${letters.length} dead letters`);
    return 0;
  }).argument('[topic]', 'only of this topic, such as trip.commands.dlq');
}

function showCommand(): Command {
  return command('show', 'shows one in full', async ({ connection, output }, [place = '']) => {
    const { letter: at } = asked('show', ['show', place]);
    await connection.expectTopics([at.topic]);
    const letter = await findDeadLetter(connection.reader, codecFor(connection), at);
    if (letter === undefined) throw new Problem('unknown', `There is no dead letter at ${place}.`);
    if (output.json) output.document(toJson(letter));
    else output.line(inFull(letter));
    return 0;
  }).argument('<letter>', 'TOPIC/PARTITION/OFFSET');
}

function redriveCommand(): Command {
  return command<RedriveOptions>(
    'redrive',
    'shows what would be sent back to where it came from, and with --write sends it',
    async ({ connection, output }, letters, { all, topic, write = false }) => {
      const { selection } = asked('redrive', [
        ...['redrive', ...letters],
        ...(all ? ['--all'] : []),
        ...(topic === undefined ? [] : ['--topic', topic]),
      ]);
      const results = await withWriter(connection, async (writer) => {
        const { reader } = connection;
        return Array.fromAsync(redrive(selection, { reader, writer, write, now: Date.now }));
      });
      if (output.json) output.document({ written: write, results });
      else for (const result of results) output.line(resultLine(result, write));
      if (!output.json) output.line(closing(results, write));
      return results.some(({ outcome }) => outcome === 'absent') ? 1 : 0;
    },
  )
    .argument('[letters...]', 'TOPIC/PARTITION/OFFSET each')
    .option('--all', 'every open letter')
    .option('--topic <topic>', 'with --all: only of this topic')
    .option('--write', 'do it');
}

type Asked<Name extends DlqOptions['command']> = Extract<DlqOptions, { command: Name }>;

function asked<Name extends DlqOptions['command']>(_: Name, args: readonly string[]): Asked<Name> {
  try {
    return readOptions(args) as Asked<Name>;
  } catch (cause) {
    throw new Problem('usage', `${(cause as Error).message}.`, { cause });
  }
}

function codecFor({ addresses: { schemaRegistryUrl: url } }: Connection): Codec {
  if (url === undefined) {
    throw new RegistryAwayError('No schema registry is named. Name one with --registry.');
  }
  const away = new AbortController();
  const onWait = (message: string) =>
    away.abort(new RegistryAwayError(`${message}. Name it with --registry.`));
  const registry = createSchemaRegistry({ url, onWait, signal: away.signal });
  return createCodec({ registry, schemas: loadSchemas() });
}

async function withWriter<T>(
  { addresses, reader }: Connection,
  act: (writer: Writer) => Promise<T>,
): Promise<T> {
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'hail-console' });
  const producer = createProducer(kafka);
  await producer.connect();
  try {
    const [topic] = asked('list', ['list']).topics;
    const partitions = (await reader.ranges([topic as string])).length;
    return await act(createWriter(producer, partitions));
  } finally {
    await producer.disconnect();
  }
}

function closing(results: readonly RedriveResult[], write: boolean): string {
  const sent = results.filter(({ outcome }) => outcome === 'redriven' || outcome === 'completed');
  return write ? `${sent.length} sent back` : `${sent.length} would be sent back; --write does it.`;
}
