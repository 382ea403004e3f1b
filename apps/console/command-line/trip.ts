import type { Command } from 'commander';
import { renderMermaid } from '../core/mermaid.ts';
import type { Step } from '../core/steps.ts';
import { findStory, type Story } from '../core/story.ts';
import { type CommonOptions, command } from './context.ts';
import type { Output } from './output.ts';
import { type Column, renderTable } from './table.ts';
import { time } from './units.ts';

interface TripOptions extends CommonOptions {
  readonly mermaid?: boolean;
}

export function tripCommand(): Command {
  return command<TripOptions>(
    'trip',
    'tells the story of one trip, over all topics in causal order',
    async ({ connection, output }, [id = ''], { mermaid }) => {
      const story = await findStory(connection, id);
      if (output.json)
        output.document({ ...story, ...(mermaid && { mermaid: renderMermaid(story) }) });
      else if (mermaid) output.line(renderMermaid(story).trimEnd());
      else tell(story, output);
      return 0;
    },
  )
    .argument('<id>', 'the trip')
    .option('--mermaid', 'as a Mermaid sequence diagram')
    .addHelpText(
      'after',
      `
AT: milliseconds since the story began. AFTER: since the step numbered COMES OF. An event's arrow leads to those
subscribers that did something on account of it. A void step never happened: a deposed owner wrote it, or it is a copy.`,
    );
}

function tell(story: Story, output: Output): void {
  const { tripId, riderId, driverIds, last, ended, startedAt, duration, steps, looked } = story;
  const state = `${last ?? 'not decided yet'}${ended ? '' : ', under way'}`;
  output.line(`${output.paint('bold', `Trip ${tripId}`)}: ${state}`);
  output.line(`Rider ${riderId ?? '-'}, drivers asked: ${driverIds.join(', ') || 'none'}`);
  output.line(
    `Began ${time(startedAt)}, ${steps.length} records in ${duration} ms (${looked} looked at)`,
  );
  output.line();
  const numbered = steps.map((step, i) => ({ ...step, number: i + 1 }));
  for (const line of renderTable(columns(output), numbered, output)) output.line(line);
}

type Numbered = Step & { readonly number: number };

function columns({ paint }: Output): readonly Column<Numbered>[] {
  return [
    { title: '#', right: true, text: ({ number }) => String(number) },
    { title: 'AT', right: true, text: ({ msSinceStart }) => String(msSinceStart) },
    {
      title: 'AFTER',
      right: true,
      text: ({ msSinceCause }) => (msSinceCause === undefined ? '' : String(msSinceCause)),
    },
    {
      title: 'COMES OF',
      right: true,
      text: ({ cause }) => (cause === undefined ? '' : String(cause + 1)),
    },
    { title: 'WHO', text: ({ from, to }) => (to.length > 0 ? `${from} → ${to.join(', ')}` : from) },
    {
      title: 'WHAT',
      text: ({ record, void: no, deadline }) => {
        const name = record.type ?? record.what;
        if (no !== undefined) return paint('dim', `${name} (void: ${no})`);
        return paint(
          record.what === 'event' ? 'green' : record.what === 'dead letter' ? 'red' : 'yellow',
          deadline === undefined ? name : `${name} (deadline)`,
        );
      },
    },
    { title: 'STYLE', text: ({ style }) => paint('dim', style) },
    {
      title: 'WHERE',
      text: ({ record: { topic, partition, offset } }) =>
        paint('dim', `${topic}/${partition}/${offset}`),
    },
  ];
}
