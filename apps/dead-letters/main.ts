// `npm run dlq`: lists what was set aside, shows it, and sends it back.
import { runningAddresses } from '../../infra/addresses.ts';
import { createCodec } from '../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { partitionCount } from '../../platform/kafka/admin.ts';
import { createKafka } from '../../platform/kafka/client.ts';
import { createProducer } from '../../platform/kafka/producer.ts';
import { createTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import { topicOfLetters } from '../../platform/log/dead-letter.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { findDeadLetter, listDeadLetters } from './letters.ts';
import { type DlqOptions, letterTopics, readOptions, usage } from './options.ts';
import { redrive, type Selection } from './redrive.ts';
import { inFull, place, resultLine, summary, toJson } from './text.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

function parse(): DlqOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    complain(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Resolves with the exit status: 0, or 1 if something asked for is not there. */
async function run(options: Exclude<DlqOptions, { command: 'help' }>): Promise<number> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url } = runningAddresses();
  const kafka = createKafka({ brokers, clientId: 'hail-dlq' });
  const codec = createCodec({
    registry: createSchemaRegistry({ url, onWait: complain }),
    schemas: loadSchemas(),
  });
  const reader = await createTopicReader(kafka);
  try {
    if (options.command === 'redrive') {
      const partitions = await partitionCount(brokers, topicOfLetters(letterTopics[0] as string));
      const producer = createProducer(kafka);
      await producer.connect();
      try {
        const writer = createWriter(producer, partitions);
        return await report(options.selection, options.write, reader, writer);
      } finally {
        await producer.disconnect();
      }
    }
    if (options.command === 'show') {
      const letter = await findDeadLetter(reader, codec, options.letter);
      if (letter === undefined) complain(`there is no letter at ${place(options.letter)}`);
      else say(inFull(letter));
      return letter === undefined ? 1 : 0;
    }
    let count = 0;
    for await (const letter of listDeadLetters(reader, codec, options.topics)) {
      say(options.json ? JSON.stringify(toJson(letter)) : summary(letter));
      count += 1;
    }
    if (!options.json) say(count === 0 ? 'no dead letters' : `${count} dead letters`);
    return 0;
  } finally {
    await reader.close();
  }
}

async function report(
  selection: Selection,
  write: boolean,
  reader: TopicReader,
  writer: ReturnType<typeof createWriter>,
): Promise<number> {
  let sent = 0;
  let absent = 0;
  for await (const result of redrive(selection, { reader, writer, write, now: Date.now })) {
    say(resultLine(result, write));
    if (result.outcome === 'redriven' || result.outcome === 'completed') sent += 1;
    if (result.outcome === 'absent') absent += 1;
  }
  say(write ? `${sent} sent back` : `${sent} would be sent back; do it with --write`);
  return absent > 0 ? 1 : 0;
}

// Whoever reads the list may stop reading, as `head` does.
process.stdout.on('error', () => process.exit(0));

const options = parse();
if (options.command === 'help') say(usage);
else {
  process.exitCode = await run(options).catch((error: Error) => {
    complain(error.message);
    return 1;
  });
}
