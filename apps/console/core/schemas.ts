import { readFileSync } from 'node:fs';
import { firstDifference } from '../../../platform/avro/difference.ts';
import { SchemaRefusedError } from '../../../platform/avro/errors.ts';
import { createSchemaRegistry } from '../../../platform/avro/registry.ts';
import {
  type CompatibilityVerdict,
  RegistryAwayError,
  type SchemaVersion,
} from '../../../platform/avro/registry-browser.ts';
import { type Definition, fullNameOf, type Schema } from '../../../platform/avro/schema.ts';
import { loadSchemas, selfContained } from '../../../schemas/catalogue.ts';
import type { Connection } from './connect.ts';
import { didYouMean, Problem } from './problem.ts';
import { changesBetween, type SchemaChange } from './schema-changes.ts';

/** A subject of the registry. */
export interface SubjectFacts {
  readonly subject: string;
  readonly versions: readonly number[];
  /** Schema id of the latest version. */
  readonly id: number;
  readonly compatibility: string;
  readonly doc: string | undefined;
}

/** Whether a file's schema would be taken as the next version of its subject. */
export interface FileVerdict extends CompatibilityVerdict {
  readonly subject: string;
  readonly compatibility: string;
  /** The versions it was compared with; empty: it would be the first. */
  readonly versions: readonly number[];
  /** What is in the way, if it is one field: its path, what happened to it, and since which version. */
  readonly fault:
    | { readonly field: string; readonly what: string; readonly version: number }
    | undefined;
}

/** How long a registry that is busy is waited for, in milliseconds. */
const REGISTER_WITHIN = 30_000;

/** All subjects, sorted. */
export async function subjectFacts({ registry }: Connection): Promise<readonly SubjectFacts[]> {
  const subjects = await registry.subjects();
  return Promise.all(
    subjects.map(async (subject) => {
      const [versions, latest, compatibility] = await Promise.all([
        registry.versions(subject),
        registry.version(subject, 'latest'),
        registry.compatibility(subject),
      ]);
      const doc = (latest?.schema as { readonly doc?: string } | undefined)?.doc;
      return { subject, versions: versions ?? [], id: latest?.id ?? -1, compatibility, doc };
    }),
  );
}

/** The full subject for a short name such as `TripRequested`. Rejects with a {@link Problem}. */
export async function subjectNamed({ registry }: Connection, name: string): Promise<string> {
  const subjects = await registry.subjects();
  const found = subjects.filter((subject) => subject === name || subject.endsWith(`.${name}`));
  if (found.length === 1) return found[0] as string;
  if (found.length > 1) {
    throw new Problem('usage', `${name} may be ${found.join(' or ')}: give the full name.`);
  }
  const short = subjects.map((subject) => subject.slice(subject.lastIndexOf('.') + 1));
  const hint = didYouMean(name, short) || ' `hail schemas list` has them.';
  throw new Problem('unknown', `The registry has no subject ${name}.${hint}`);
}

/** One version of a subject; rejects with a {@link Problem} when there is no such version. */
export async function schemaVersion(
  connection: Connection,
  name: string,
  version: number | 'latest' = 'latest',
): Promise<SchemaVersion> {
  const subject = await subjectNamed(connection, name);
  const found = await connection.registry.version(subject, version);
  if (found !== undefined) return found;
  const versions = await connection.registry.versions(subject);
  throw new Problem(
    'unknown',
    `${subject} has no version ${version}; it has ${versions?.join(', ') || 'none'}.`,
  );
}

/** What changed from one version of a subject to another. */
export async function schemaChanges(
  connection: Connection,
  name: string,
  from: number,
  to: number | 'latest',
): Promise<readonly SchemaChange[]> {
  const [before, after] = await Promise.all([
    schemaVersion(connection, name, from),
    schemaVersion(connection, name, to),
  ]);
  return changesBetween(before.schema, after.schema);
}

/**
 * Asks the registry whether a schema file would be taken. The file may name records and enums of the catalogue,
 * as those in `schemas/` do. Nothing is registered.
 */
export async function checkFile({ registry }: Connection, file: string): Promise<FileVerdict> {
  const { schema, subject } = read(file);
  const [verdict, compatibility, found] = await Promise.all([
    registry.check(subject, schema),
    registry.compatibility(subject),
    registry.versions(subject),
  ]);
  const versions = found ?? [];
  let fault: FileVerdict['fault'];
  for (const version of verdict.compatible ? [] : versions.toReversed()) {
    const earlier = await registry.version(subject, version);
    const difference = earlier && firstDifference(earlier.schema, schema);
    if (difference !== undefined) {
      fault = { ...difference, version };
      break;
    }
  }
  return { ...verdict, subject, compatibility, versions, fault };
}

/**
 * Registers a schema file as the next version of its subject, which is held to FULL_TRANSITIVE as all of Hail's
 * are; finds the version that has it already. Rejects with a {@link Problem} that names the field in the way.
 */
export async function registerFile(
  { addresses: { schemaRegistryUrl: url }, registry: browser }: Connection,
  file: string,
): Promise<{
  readonly subject: string;
  readonly id: number;
  readonly versions: readonly number[];
}> {
  const { schema, subject } = read(file);
  // Rejects, and names the remedy, where none is named or none answers; a service would wait.
  await browser.versions(subject);
  const signal = AbortSignal.timeout(REGISTER_WITHIN);
  const registry = createSchemaRegistry({ url: url as string, signal });
  try {
    await registry.setCompatibility(subject, 'FULL_TRANSITIVE');
    const id = await registry.register(subject, schema);
    return { subject, id, versions: (await browser.versions(subject)) ?? [] };
  } catch (cause) {
    if (cause instanceof SchemaRefusedError) {
      throw new Problem('refused', cause.message, { cause });
    }
    if (!signal.aborted) throw cause;
    throw new RegistryAwayError(`The schema registry at ${url} has not answered for long.`, {
      cause,
    });
  }
}

/** A file's schema, self-contained. Throws a {@link Problem}. */
export function fileSchema(file: string): Schema {
  return read(file).schema;
}

function read(file: string): { readonly schema: Schema; readonly subject: string } {
  const schema = readSchema(file);
  const { name, namespace } = schema as Definition;
  if (name === undefined) {
    throw new Problem('usage', `${file} has no record with a name, so it has no subject.`);
  }
  return { schema, subject: fullNameOf(name, namespace) };
}

function readSchema(file: string): Schema {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Problem('usage', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const schema = JSON.parse(text);
    // What names records that nobody knows is left to the registry to judge.
    return (attempt(() => selfContained(schema, loadSchemas())) ?? schema) as Schema;
  } catch (cause) {
    throw new Problem('usage', `${file} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
