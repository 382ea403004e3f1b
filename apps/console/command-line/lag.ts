import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { groupOf } from '../core/groups.ts';
import { lagOf, type ShardLag } from '../core/lag.ts';
import { Problem } from '../core/problem.ts';
import { type CommonOptions, command } from './context.ts';
import type { Output } from './output.ts';
import { type Column, renderTable } from './table.ts';

interface LagOptions extends CommonOptions {
  readonly live?: boolean;
  readonly alarm?: string;
}

const EVERY = 1_000;
const CLEAR = '\u001b[H\u001b[2J';

export function lagCommand(): Command {
  return command<LagOptions>(
    'lag',
    'tells how far groups are behind, per shard',
    async ({ connection, output, signal }, [group], { live, alarm }) => {
      const limit = alarm === undefined ? Number.POSITIVE_INFINITY : seconds(alarm);
      if (group !== undefined) await groupOf(connection, group);
      let late = false;
      do {
        const lags = await lagOf(connection, group);
        late = lags.some((lag) => lag.seconds > limit);
        if (live && output.isTerminal) output.line(`${CLEAR}${new Date().toISOString()}`);
        show(lags, limit, output);
        await output.flush();
        if (live) await sleep(EVERY, undefined, { signal }).catch(() => {});
      } while (live && !signal.aborted);
      return late ? 1 : 0;
    },
  )
    .argument('[group]', 'only this one; it need not be one of Hail')
    .option('--live', 'again every second, until Ctrl-C')
    .option('--alarm <seconds>', 'exit code 1 if a shard is further behind')
    .addHelpText(
      'after',
      `
Seconds: the age of the oldest record that has not been done. It is told by the offsets that groups commit, which trail
the truth by up to half a second. The notification service keeps its own in Redis.`,
    );
}

function show(lags: readonly ShardLag[], limit: number, output: Output): void {
  const { paint } = output;
  const columns: readonly Column<ShardLag>[] = [
    { title: 'GROUP', text: ({ group }) => group },
    { title: 'SHARD', text: ({ shard }) => shard },
    { title: 'OWNER', text: ({ owner }) => owner ?? paint('red', 'nobody') },
    {
      title: 'RECORDS',
      right: true,
      text: ({ records }) => (records > 0 ? paint('yellow', String(records)) : '0'),
    },
    {
      title: 'SECONDS',
      right: true,
      text: (lag) => {
        const text = lag.seconds.toFixed(1);
        return lag.seconds > limit ? paint('red', text) : text;
      },
    },
    {
      title: 'BEHIND IN',
      text: ({ topics }) =>
        topics
          .filter(({ records }) => records > 0)
          .map(({ topic, records }) => `${topic} ${records}`)
          .join(', ') || '-',
    },
  ];
  if (output.json) output.document(lags);
  else for (const line of renderTable(columns, lags, output)) output.line(line);
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new Problem('usage', `--alarm is "${text}"; it must be a number of seconds.`);
}
