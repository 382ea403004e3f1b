import { Command } from 'commander';
import type { SchemaChange } from '../core/schema-changes.ts';
import {
  checkFile,
  registerFile,
  type SubjectFacts,
  schemaChanges,
  schemaVersion,
  subjectFacts,
} from '../core/schemas.ts';
import { type CommonOptions, command, whole } from './context.ts';
import { type Column, renderTable } from './table.ts';

interface VersionOptions extends CommonOptions {
  readonly version?: string;
}

const subjects: readonly Column<SubjectFacts>[] = [
  { title: 'SUBJECT', text: ({ subject }) => subject },
  { title: 'VERSIONS', text: ({ versions }) => versions.join(' ') },
  { title: 'ID', right: true, text: ({ id }) => String(id) },
  { title: 'COMPATIBILITY', text: ({ compatibility }) => compatibility },
  { title: 'WHAT IT IS', text: ({ doc }) => (doc ?? '').split('\n')[0] ?? '' },
];

const differences: readonly Column<SchemaChange>[] = [
  { title: 'CHANGE', text: ({ change }) => change },
  { title: 'FIELD', text: ({ field }) => field || '(the record)' },
  { title: 'OF', text: ({ aspect }) => aspect },
  { title: 'BEFORE', text: ({ before }) => before ?? '-' },
  { title: 'AFTER', text: ({ after }) => after ?? '-' },
];

export function schemasCommand(): Command {
  return new Command('schemas')
    .description('lists, shows and compares schemas of the registry, checks and registers files')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(diffCommand())
    .addCommand(checkCommand())
    .addCommand(registerCommand());
}

function listCommand(): Command {
  return command('list', 'lists all subjects', async ({ connection, output }) => {
    const facts = await subjectFacts(connection);
    if (output.json) output.document(facts);
    else for (const line of renderTable(subjects, facts, output)) output.line(line);
    return 0;
  });
}

function showCommand(): Command {
  return command<VersionOptions>(
    'show',
    'shows a schema, self-contained',
    async ({ connection, output }, [name = ''], { version }) => {
      const wanted = version === undefined ? 'latest' : whole('--version', version, 1);
      const found = await schemaVersion(connection, name, wanted);
      if (output.json) output.document(found);
      else output.line(JSON.stringify(found.schema, null, 2));
      return 0;
    },
  )
    .argument('<subject>', 'hail.trip.TripRequested, or TripRequested')
    .option('--version <n>', 'this version instead of the latest');
}

function diffCommand(): Command {
  return command(
    'diff',
    'tells what changed between two versions; exit code 1 if anything did',
    async ({ connection, output }, [name = '', from = '', to]) => {
      const until = to === undefined ? 'latest' : whole('TO', to, 1);
      const changes = await schemaChanges(connection, name, whole('FROM', from, 1), until);
      if (output.json) output.document(changes);
      else if (changes.length === 0) output.line('No difference.');
      else for (const line of renderTable(differences, changes, output)) output.line(line);
      return changes.length > 0 ? 1 : 0;
    },
  )
    .argument('<subject>', 'hail.trip.TripRequested, or TripRequested')
    .argument('<from>', 'a version')
    .argument('[to]', 'another; the latest if absent');
}

function checkCommand(): Command {
  return command(
    'check',
    'asks whether the registry would take a schema file; exit code 1 if not',
    async ({ connection, output }, [file = '']) => {
      const verdict = await checkFile(connection, file);
      const { subject, compatible, compatibility, versions, fault, messages } = verdict;
      if (output.json) output.document(verdict);
      else if (compatible) {
        const against = versions.length > 0 ? `fits ${versions.join(', ')}` : 'would be the first';
        output.line(
          `${output.paint('green', 'compatible')}: ${subject} (${compatibility}), ${against}`,
        );
      } else {
        output.line(`${output.paint('red', 'not compatible')}: ${subject} (${compatibility})`);
        if (fault !== undefined) {
          const field = fault.field || '(the record itself)';
          output.line(`field ${field} ${fault.what} since version ${fault.version}`);
        }
        for (const message of messages) output.line(`the registry says: ${message}`);
      }
      return compatible ? 0 : 1;
    },
  ).argument('<file>', 'an .avsc file; it may name records of schemas/');
}

interface RegisterOptions extends CommonOptions {
  readonly write?: boolean;
}

function registerCommand(): Command {
  return command<RegisterOptions>(
    'register',
    'with --write makes a schema file the next version of its subject; exit code 1 if it is refused',
    async ({ connection, output }, [file = ''], { write }) => {
      if (!write) {
        const { subject, compatible, versions } = await checkFile(connection, file);
        const would = compatible
          ? `would be taken after ${versions.join(', ') || 'none'}`
          : 'would be refused';
        if (output.json) output.document({ written: false, subject, compatible, versions });
        else output.line(`${subject} ${would}. Nothing was written: --write does it.`);
        return compatible ? 0 : 1;
      }
      const { subject, id, versions } = await registerFile(connection, file);
      if (output.json) output.document({ written: true, subject, id, versions });
      else output.line(`${subject}: schema id ${id}; its versions are ${versions.join(', ')}`);
      return 0;
    },
  )
    .argument('<file>', 'an .avsc file; it may name records of schemas/')
    .option('--write', 'register it');
}
