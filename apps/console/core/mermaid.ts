import type { Step, Style } from './steps.ts';
import type { Story } from './story.ts';

/** How a sequence diagram draws each style: solid for commands, dashed for answers, open ends for asynchrony. */
const arrows: Readonly<Record<Style, string>> = {
  'one-way notification': '-)',
  'request/async response': '->>',
  'publish/async responses': '->>',
  'publish/subscribe': '--)',
  'dead letter': '-x',
};

/** A story as a Mermaid sequence diagram, one line per arrow, with the milliseconds since its cause. */
export function renderMermaid({ tripId, steps }: Pick<Story, 'tripId' | 'steps'>): string {
  const told = steps.filter((step) => step.void === undefined);
  const people = [...new Set(told.flatMap(({ from, to }) => [from, ...to]))];
  return [
    'sequenceDiagram',
    '  autonumber',
    `  %% trip ${tripId}`,
    ...people.map((name) => `  participant ${name}`),
    ...told.flatMap(draw),
    '',
  ].join('\n');
}

function draw(step: Step): readonly string[] {
  const { record, from, to, style } = step;
  const label = plain(`${record.type ?? record.what}${whom(step)}${took(step)}`);
  if (style === 'dead letter') {
    return [`  Note over ${from}: set aside: ${label}, ${plain(record.letter?.reason ?? '')}`];
  }
  if (style !== 'publish/subscribe') {
    const arrow = record.what === 'reply' ? '-->>' : arrows[style];
    return to.map((name) => `  ${from}${arrow}${name}: ${label}`);
  }
  return [
    `  ${from}->>${from}: ${label}`,
    ...to.map((name) => `  ${from}${arrows[style]}${name}: ${plain(record.type ?? '')}`),
  ];
}

/** Several drivers are asked: the end of the id, which is where ids of one moment differ, tells which. */
function whom({ record }: Step): string {
  const { driverId } = (record.data ?? {}) as { readonly driverId?: unknown };
  return typeof driverId === 'string' && record.key === driverId ? ` …${driverId.slice(-4)}` : '';
}

function took({ msSinceCause, deadline }: Step): string {
  if (msSinceCause === undefined) return '';
  const waited = deadline === undefined ? '' : 'deadline, ';
  return ` (${waited}${msSinceCause < 0 ? '' : '+'}${msSinceCause} ms)`;
}

/** A semicolon or a hash would end or begin something in Mermaid. */
function plain(text: string): string {
  return text.replace(/[;#\n]/g, ' ');
}
