import type { Command } from 'commander';
import { type TopicFacts, topicFacts } from '../core/topics.ts';
import { command } from './context.ts';
import { type Column, renderTable } from './table.ts';
import { bytes, retention } from './units.ts';

const columns: readonly Column<TopicFacts>[] = [
  { title: 'TOPIC', text: ({ name }) => name },
  { title: 'KIND', text: ({ kind }) => kind ?? '-' },
  { title: 'PARTITIONS', right: true, text: ({ partitions }) => String(partitions) },
  { title: 'RECORDS', right: true, text: ({ records }) => String(records) },
  { title: 'SIZE', right: true, text: (topic) => bytes(topic.bytes) },
  { title: 'PER SECOND', right: true, text: ({ perSecond }) => perSecond.toFixed(1) },
  { title: 'WRITER', text: ({ writers }) => writers.join(', ') || '-' },
  { title: 'KEY', text: ({ key }) => key ?? '-' },
  {
    title: 'KEPT',
    text: ({ cleanup, retentionMs }) =>
      cleanup === 'compact' ? 'compacted' : retention(retentionMs),
  },
];

export function topicsCommand(): Command {
  return command(
    'topics',
    'lists topics with what they hold',
    async ({ connection, output }, names) => {
      const facts = await topicFacts(connection, names.length > 0 ? names : undefined);
      if (output.json) output.document(facts);
      else for (const line of renderTable(columns, facts, output)) output.line(line);
      return 0;
    },
  )
    .argument('[topics...]', 'only these')
    .addHelpText(
      'after',
      '\nRecords: offsets from the first to the last. Size: bytes on disk, of the largest replica. Per second: over the last minute.',
    );
}
