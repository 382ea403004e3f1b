// `npm run rebuild`: a service's read model, anew from its log.
import { parseArgs } from 'node:util';
import { runningAddresses } from '../../infra/addresses.ts';
import { createCodec } from '../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { createKafka } from '../../platform/kafka/client.ts';
import { createTopicReader } from '../../platform/kafka/topic-reader.ts';
import { connectRedis } from '../../platform/redis/connect.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import type { Progress, ShardReport } from './rebuild.ts';
import { type RebuildCommand, readCommand, usage } from './services.ts';
import { differingLines, rate, shardLine, totalLine } from './text.ts';

const SAY_EVERY = 1_000;

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

function parse(): RebuildCommand {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'compare-only': { type: 'boolean' },
        show: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      say(usage);
      process.exit(0);
    }
    if (positionals.length !== 1) throw new Error('name one service');
    return readCommand(positionals[0], values);
  } catch (error) {
    complain(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Says how it goes, about once a second. */
function reporter(show: number): (progress: Progress) => void {
  let shown = 0;
  let said = { shard: '', at: 0, events: 0 };
  return (progress) => {
    const { shard } = progress;
    switch (progress.type) {
      case 'folded': {
        const { offset, end, events } = progress;
        const at = performance.now();
        if (said.shard !== shard) said = { shard, at, events };
        if (at - said.at < SAY_EVERY) return;
        say(`${shard}: at ${offset} of ${end}, ${rate(events - said.events, at - said.at)}`);
        said = { shard, at, events };
        return;
      }
      case 'differs':
        shown += 1;
        if (shown <= show) say(differingLines(shard, progress.differing));
        if (shown === show + 1) say('  … and more');
        return;
      case 'gap':
        complain(
          `${shard}: events are missing before offset ${progress.at.offset}: the log has lost some`,
        );
        return;
      case 'unreadable':
        complain(
          `${shard}: cannot read the event at offset ${progress.at.offset}: ${progress.error}`,
        );
        return;
      default:
        progress.type satisfies 'compares';
    }
  };
}

async function run({ rebuilds, compareOnly, show }: RebuildCommand): Promise<number> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url, redisUrl } = runningAddresses();
  const codec = createCodec({
    registry: createSchemaRegistry({ url, onWait: complain }),
    schemas: loadSchemas(),
  });
  let done = false;
  const redis = connectRedis(redisUrl, 'hail-rebuild', (state, error) => {
    if (state === 'away' && !done) complain(`Redis is away: ${error?.message ?? 'it hung up'}`);
  });
  const reader = await createTopicReader(createKafka({ brokers, clientId: 'hail-rebuild' }));
  try {
    const began = performance.now();
    const reports: ShardReport[] = [];
    const onProgress = reporter(show);
    for (const rebuild of rebuilds) {
      for await (const report of rebuild({ reader, codec, redis, compareOnly, onProgress })) {
        say(shardLine(report));
        reports.push(report);
      }
    }
    const milliseconds = performance.now() - began;
    say(totalLine(reports, milliseconds, process.resourceUsage().maxRSS));
    return reports.some(({ differing }) => differing > 0) ? 1 : 0;
  } finally {
    done = true;
    redis.disconnect();
    await reader.close();
  }
}

const command = parse();
process.exitCode = await run(command).catch((error: Error) => {
  complain(error.message);
  return 2;
});
