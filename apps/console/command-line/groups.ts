import type { Command } from 'commander';
import type { GroupDescription } from '../../../platform/kafka/inspect.ts';
import { parseBeginning } from '../core/beginning.ts';
import { applyReset, groupOf, type OffsetChange, planReset } from '../core/groups.ts';
import { type CommonOptions, command, several } from './context.ts';
import { type Column, renderTable } from './table.ts';

interface ResetOptions extends CommonOptions {
  readonly to: string;
  readonly topic?: readonly string[];
  readonly write?: boolean;
}

const columns: readonly Column<GroupDescription>[] = [
  { title: 'GROUP', text: ({ group }) => group },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'KIND', text: ({ protocolType }) => protocolType || '-' },
  {
    title: 'MEMBERS',
    text: ({ members }) =>
      members
        .map(({ clientId, assignment }) => {
          const partitions = new Set(Object.values(assignment).flat());
          return `${clientId} (${[...partitions].sort((a, b) => a - b).join(' ') || 'none'})`;
        })
        .join(', ') || '-',
  },
];

const changes: readonly Column<OffsetChange>[] = [
  { title: 'TOPIC', text: ({ topic }) => topic },
  { title: 'PARTITION', right: true, text: ({ partition }) => String(partition) },
  { title: 'FROM', right: true, text: ({ from }) => (from === undefined ? '-' : String(from)) },
  { title: 'TO', right: true, text: ({ to }) => String(to) },
  {
    title: 'RECORDS',
    right: true,
    text: ({ from, to }) => (from === undefined ? '' : signed(to - from)),
  },
];

export function groupsCommand(): Command {
  return command('groups', 'lists consumer groups, with their members and partitions', list)
    .argument('[group]', 'only this one')
    .addCommand(resetCommand());
}

const list: Parameters<typeof command>[2] = async ({ connection, output }, [name]) => {
  const groups =
    name === undefined ? await connection.inspector.groups() : [await groupOf(connection, name)];
  if (output.json) output.document(groups);
  else for (const line of renderTable(columns, groups, output)) output.line(line);
  return 0;
};

function resetCommand(): Command {
  return command<ResetOptions>(
    'reset',
    'shows what a reset of a group’s offsets would change, and with --write does it',
    async ({ connection, output }, [group = ''], { to, topic: topics, write }) => {
      const plan = await planReset(connection, {
        group,
        topics,
        to: parseBeginning(to, Date.now()),
      });
      if (write) await applyReset(connection, group, plan);
      if (output.json) {
        output.document({ group, written: write === true, changes: plan });
        return 0;
      }
      for (const line of renderTable(changes, plan, output)) output.line(line);
      output.line(write ? 'Written.' : 'Nothing was written: --write does it.');
      return 0;
    },
  )
    .argument('<group>')
    .requiredOption('--to <where>', 'beginning, end, an offset, a time, or 10m for ten minutes ago')
    .option('--topic <topic>', 'only in this topic (may be repeated)', several)
    .option('--write', 'do it')
    .addHelpText(
      'after',
      `
Only for groups that nobody is in. Hail's own aggregates take no notice of it: how far they are stands in their
logs, and what has been decided is not decided again.`,
    );
}

function signed(count: number): string {
  return count > 0 ? `+${count}` : String(count);
}
