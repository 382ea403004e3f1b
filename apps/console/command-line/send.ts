import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { UnencodableError } from '../../../platform/avro/errors.ts';
import { Problem } from '../core/problem.ts';
import { type PlannedRecord, planSend, sendPlanned } from '../core/send.ts';
import { type CommonOptions, command, several } from './context.ts';
import type { Output } from './output.ts';

interface SendOptions extends CommonOptions {
  readonly type?: string;
  readonly data?: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly write?: boolean;
}

export function sendCommand(): Command {
  return command<SendOptions>(
    'send',
    'makes records of JSON and shows them, and with --write sends them',
    async ({ connection, output }, [topic = ''], options) => {
      const { type, key, write } = options;
      const headers = headersFrom(options.header ?? []);
      const planned: PlannedRecord[] = [];
      for (const data of parse(options.data ?? (await readAll(process.stdin)))) {
        planned.push(await planSend(connection, { topic, type, data, key, headers }).catch(blame));
      }
      if (write) await sendPlanned(connection, planned);
      show(planned, write === true, output);
      return 0;
    },
  )
    .argument('<topic>')
    .option('--type <type>', 'the message type, such as RequestTrip')
    .option(
      '--data <json>',
      'the message; from standard input if absent, one or many, each on its line',
    )
    .option('--key <key>', 'the key; by default the field that is the key of the topic')
    .option('--header <name=value>', 'a header (may be repeated)', several)
    .option('--write', 'send it')
    .addHelpText(
      'after',
      `
Validated against the registry's latest schema. Hail's logs are refused: they have one writer.
  hail send rider.commands --type SuspendRider --data '{"riderId":"…","reason":"a test"}' --write`,
    );
}

function parse(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (whole) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw wrong('The message', whole);
    return lines.map((line, i) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw wrong(`Line ${i + 1}`, error);
      }
    });
  }
}

function wrong(what: string, cause: unknown): Problem {
  return new Problem('usage', `${what} is no JSON: ${(cause as Error).message}`, { cause });
}

function headersFrom(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new Problem('usage', `--header is "${text}"; it must be name=value.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function blame(error: Error): never {
  if (error instanceof UnencodableError)
    throw new Problem('usage', error.message, { cause: error });
  throw error;
}

function show(planned: readonly PlannedRecord[], written: boolean, output: Output): void {
  const records = planned.map(({ topic, partition, type, schemaId, record }) => {
    const { key, headers, value } = record;
    return {
      topic,
      partition,
      key,
      type,
      schemaId,
      headers,
      bytes: value.length,
      hex: value.toString('hex'),
    };
  });
  if (output.json) {
    output.document({ written, records });
    return;
  }
  for (const { topic, partition, key, type, schemaId, headers, bytes, hex } of records) {
    output.line(
      `${topic}/${partition} ${output.paint('yellow', type)} ${key}, ${bytes} bytes, schema ${schemaId}`,
    );
    output.line(`  headers ${JSON.stringify(headers)}`);
    output.line(`  value   0x${hex}`);
  }
  output.line(written ? 'Sent.' : 'Nothing was sent: --write does it.');
}
