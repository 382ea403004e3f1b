import type { Schema } from './schema.ts';

/** One version of a subject. */
export interface SchemaVersion {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
  readonly schema: Schema;
}

/** Whether the registry would take a schema as the subject's next version, and if not what it says. */
export interface CompatibilityVerdict {
  readonly compatible: boolean;
  readonly messages: readonly string[];
}

/** Looks into a schema registry. Unlike a service it does not wait: it rejects when the registry is away. */
export interface RegistryBrowser {
  subjects(): Promise<readonly string[]>;
  /** The numbers of a subject's versions, ascending; `undefined`: there is no such subject. */
  versions(subject: string): Promise<readonly number[] | undefined>;
  version(subject: string, version: number | 'latest'): Promise<SchemaVersion | undefined>;
  schemaById(id: number): Promise<Schema | undefined>;
  /** The id under which the subject has exactly this schema; `undefined` if it does not have it. */
  idOf(subject: string, schema: Schema): Promise<number | undefined>;
  /** The subject's level, or the global one if it has none of its own. */
  compatibility(subject: string): Promise<string>;
  /** Checks against the versions that the subject's level names; registers nothing. */
  check(subject: string, schema: Schema): Promise<CompatibilityVerdict>;
}

/** There is no registry at the address, or it does not answer as one. */
export class RegistryAwayError extends Error {
  override readonly name = 'RegistryAwayError';
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const ANSWER_WITHIN_MS = 5_000;

/** @param url base of the Confluent API, for Apicurio `http://host:port/apis/ccompat/v7`; without it every call rejects */
export function createRegistryBrowser(url: string | undefined): RegistryBrowser {
  async function call<T>(path: string, body?: object): Promise<T | undefined> {
    const { status, text } = await answerTo(url, path, body);
    if (status === 404) return undefined;
    if (status < 300) return JSON.parse(text) as T;
    throw new Error(`the schema registry answered ${path} with ${status}: ${text.slice(0, 300)}`);
  }
  const at = (subject: string) => `/subjects/${encodeURIComponent(subject)}/versions`;

  return {
    subjects: async () => [...((await call<string[]>('/subjects')) ?? [])].sort(),
    versions: (subject) => call<number[]>(at(subject)),
    async version(subject, version) {
      const found = await call<Omit<SchemaVersion, 'schema'> & { schema: string }>(
        `${at(subject)}/${version}`,
      );
      return found && { ...pick(found), schema: JSON.parse(found.schema) as Schema };
    },
    async schemaById(id) {
      const found = await call<{ schema: string }>(`/schemas/ids/${id}`);
      return found && (JSON.parse(found.schema) as Schema);
    },
    async idOf(subject, schema) {
      const body = { schemaType: 'AVRO', schema: JSON.stringify(schema) };
      const found = await call<{ id: number }>(`/subjects/${encodeURIComponent(subject)}`, body);
      return found?.id;
    },
    async compatibility(subject) {
      const own = await call<{ compatibilityLevel: string }>(
        `/config/${encodeURIComponent(subject)}`,
      );
      const level = own ?? (await call<{ compatibilityLevel: string }>('/config'));
      return level?.compatibilityLevel ?? 'NONE';
    },
    async check(subject, schema) {
      const verdict = await call<{ is_compatible: boolean; messages?: string[] }>(
        `/compatibility${at(subject)}?verbose=true`,
        { schemaType: 'AVRO', schema: JSON.stringify(schema) },
      );
      // No such subject: any schema may be its first.
      if (verdict === undefined) return { compatible: true, messages: [] };
      return { compatible: verdict.is_compatible, messages: verdict.messages ?? [] };
    },
  };
}

function pick({ subject, version, id }: Omit<SchemaVersion, 'schema'>) {
  return { subject, version, id };
}

async function answerTo(url: string | undefined, path: string, body: object | undefined) {
  if (url === undefined) {
    throw new RegistryAwayError('No schema registry is named. Name one with --registry.');
  }
  try {
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: `${MEDIA_TYPE}, application/json`, 'content-type': MEDIA_TYPE },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 500) throw new Error(`it answered ${response.status}`);
    return { status: response.status, text };
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
    throw new RegistryAwayError(
      `The schema registry does not answer at ${url}: ${why}. Start it, or name it with --registry.`,
      { cause: error },
    );
  }
}
