import { parseArgs } from 'node:util';
import type { Coordinate } from '../../platform/messaging/message.ts';
import { topics } from '../../schemas/topics.ts';
import type { Selection } from './redrive.ts';

export const usage = `npm run dlq -- list [TOPIC] [--json]
npm run dlq -- show TOPIC/PARTITION/OFFSET
npm run dlq -- redrive (--all [--topic TOPIC] | TOPIC/PARTITION/OFFSET…) [--write]

  list      every message that was set aside, why, and what became of it
  show      one of them in full: headers, and its contents decoded, or as bytes
  redrive   sends messages back to where they came from; says only what it would do without --write

  TOPIC     a topic of dead letters, such as trip.commands.dlq; all of them if absent
`;

export type DlqOptions =
  | { readonly command: 'help' }
  | { readonly command: 'list'; readonly topics: readonly string[]; readonly json: boolean }
  | { readonly command: 'show'; readonly letter: Coordinate }
  | { readonly command: 'redrive'; readonly selection: Selection; readonly write: boolean };

/** All topics of dead letters. */
export const letterTopics: readonly string[] = Object.values(topics)
  .filter(({ kind }) => kind === 'dlq')
  .map(({ name }) => name);

/** @throws with a message for the person who typed it */
export function readOptions(args: readonly string[]): DlqOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      topic: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return { command: 'help' };
  if (command === 'list') {
    if (rest.length > 1) throw new Error('list takes one topic at most');
    return { command, topics: topicsNamed(rest[0]), json: values.json };
  }
  if (command === 'show') {
    const [text] = rest;
    if (text === undefined || rest.length > 1) throw new Error('show takes one letter');
    return { command, letter: letterAt(text) };
  }
  if (command === 'redrive') {
    const { all, topic, write } = values;
    if (all === rest.length > 0) throw new Error('redrive takes either --all or letters');
    if (topic !== undefined && !all) throw new Error('--topic goes with --all');
    const selection = all ? { topics: topicsNamed(topic) } : { letters: rest.map(letterAt) };
    return { command, selection, write };
  }
  throw new Error(`"${command}" is no command; it can be list, show or redrive`);
}

function topicsNamed(name: string | undefined): readonly string[] {
  return name === undefined ? letterTopics : [letterTopic(name)];
}

function letterTopic(name: string): string {
  if (letterTopics.includes(name)) return name;
  throw new Error(`"${name}" is no topic of dead letters; there are ${letterTopics.join(', ')}`);
}

function letterAt(text: string): Coordinate {
  const [, topic, partition, offset] = /^([^/]+)\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (topic === undefined) {
    throw new Error(
      `"${text}" names no letter; it must be TOPIC/PARTITION/OFFSET, as in trip.commands.dlq/0/7`,
    );
  }
  return { topic: letterTopic(topic), partition: Number(partition), offset: Number(offset) };
}
