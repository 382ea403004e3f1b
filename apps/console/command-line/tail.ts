import type { Command } from 'commander';
import { parseBeginning } from '../core/beginning.ts';
import { parseExpression } from '../core/expression.ts';
import { Problem } from '../core/problem.ts';
import type { Shown } from '../core/show.ts';
import { type Filter, lastOf, tail } from '../core/tail.ts';
import { type CommonOptions, command, several, whole } from './context.ts';
import { recordLine } from './record-line.ts';

interface TailOptions extends CommonOptions {
  readonly from?: string;
  readonly last?: string;
  readonly limit?: string;
  readonly follow?: boolean;
  readonly key?: readonly string[];
  readonly type?: readonly string[];
  readonly header?: readonly string[];
  readonly where?: string;
  readonly partition?: readonly string[];
  readonly headers?: boolean;
}

const DEFAULT_LAST = '10';

const help = `
Without --from or --last the last ${DEFAULT_LAST} records are shown. Order is kept within a partition.
Expressions have type, key, topic, partition, offset, timestamp, what, bytes, headers.NAME, data.FIELD and text; ==, !=, <,
<=, >, >=, ~ (contains), &&, ||, ! and parentheses:
  hail tail trip.events --from beginning --where 'type == "TripCompleted" && data.fare.amountMinor > 1000'
  hail tail trip.commands dispatch.commands -f --header kafka_correlationId
With --json each record is one line.`;

export function tailCommand(): Command {
  return command<TailOptions>(
    'tail',
    'shows records, decoded',
    async ({ connection, output, signal }, topics, options) => {
      const partitions = options.partition?.map((text) => whole('--partition', text));
      const filter = filterFrom(options);
      const limit = options.limit === undefined ? undefined : whole('-n', options.limit, 1);
      const print = async (records: readonly Shown[]) => {
        for (const record of records) {
          if (output.json) output.line(JSON.stringify(record));
          else output.line(recordLine(record, output, options.headers === true));
        }
        await output.flush();
      };
      const from =
        options.from === undefined ? undefined : parseBeginning(options.from, Date.now());
      if (from !== undefined && options.last !== undefined) {
        throw new Problem('usage', 'Give either --from or --last.');
      }
      const wanted = { topics, partitions, filter };
      const follow = options.follow === true;
      if (from === undefined) {
        const count = whole('--last', options.last ?? String(limit ?? DEFAULT_LAST));
        const { records, next } = await lastOf(connection, wanted, count);
        await print(records.slice(0, limit));
        const left = limit === undefined ? undefined : limit - records.length;
        if (!follow || (left !== undefined && left <= 0)) return 0;
        const after = { at: 'places', places: next } as const;
        for await (const more of tail(connection, {
          ...wanted,
          from: after,
          follow,
          limit: left,
          signal,
        })) {
          await print(more);
        }
        return 0;
      }
      for await (const records of tail(connection, { ...wanted, from, follow, limit, signal })) {
        await print(records);
      }
      return 0;
    },
  )
    .argument('<topics...>')
    .option('--from <where>', 'beginning, end, an offset, a time, or 10m for ten minutes ago')
    .option('--last <n>', 'the last n records that pass the filters, over all partitions')
    .option('-n, --limit <n>', 'end after n records')
    .option('-f, --follow', 'go on with what comes')
    .option('--key <key>', 'only this key (may be repeated)', several)
    .option('--type <type>', 'only this message type (may be repeated)', several)
    .option('--header <name[=value]>', 'only with this header (may be repeated)', several)
    .option('--where <expression>', 'only if this is true of the record')
    .option('--partition <p>', 'only this partition (may be repeated)', several)
    .option('--headers', 'show headers too')
    .addHelpText('after', help);
}

function filterFrom({ key, type, header, where }: TailOptions): Filter {
  const headers = header?.map((text): [string, string] => {
    const at = text.indexOf('=');
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  });
  return {
    ...(key && { keys: key }),
    ...(type && { types: type }),
    ...(headers && { headers: Object.fromEntries(headers) }),
    ...(where !== undefined && { expression: parseExpression(where) }),
  };
}
