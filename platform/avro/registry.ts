import { setTimeout as sleep } from 'node:timers/promises';
import { firstDifference } from './difference.ts';
import { SchemaRefusedError } from './errors.ts';
import type { Schema } from './schema.ts';

/** A schema registry that speaks Confluent's REST API. While it is away, calls wait. */
export interface SchemaRegistry {
  /**
   * Adds a version to the subject, or finds the equal one that is there; returns the schema's id.
   * Rejects with {@link SchemaRefusedError} if the schema breaks the subject's compatibility.
   */
  register(subject: string, schema: Schema): Promise<number>;
  /** `undefined`: the registry is there and knows no such id. */
  schemaById(id: number): Promise<Schema | undefined>;
  setCompatibility(subject: string, level: CompatibilityLevel): Promise<void>;
}

/** Confluent's names. `FULL_TRANSITIVE`: every version reads what every other version wrote. */
export type CompatibilityLevel = 'NONE' | 'BACKWARD' | 'FORWARD' | 'FULL' | 'FULL_TRANSITIVE';

export interface RegistryOptions {
  /** Base of the Confluent API, for Apicurio `http://host:port/apis/ccompat/v7`. */
  readonly url: string;
  /** Told, in a sentence, each time a call has to wait because the registry is away. */
  readonly onWait?: (message: string) => void;
  /** Ends all waiting: pending calls reject with its reason. */
  readonly signal?: AbortSignal;
  /** Pauses between tries in milliseconds: from `initial`, doubling up to `maximum`. */
  readonly backoff?: { readonly initial: number; readonly maximum: number };
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const ANSWER_WITHIN_MS = 5_000;
const SCHEMA_NOT_FOUND = 40_403;
/** How often a conflict with another process is taken for one that will pass. */
const CONFLICTING_TRIES = 5;
const BACKOFF = { initial: 200, maximum: 5_000 };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Connects to nothing yet: the first call does. */
export function createSchemaRegistry(options: RegistryOptions): SchemaRegistry {
  const call = caller(options);
  const { backoff = BACKOFF } = options;
  const get = (path: string) => call('GET', path);

  async function explain(subject: string, schema: Schema) {
    const versions = await get(`/subjects/${encodeURIComponent(subject)}/versions`);
    if (versions.status !== 200) return undefined;
    for (const version of (versions.body as number[]).reverse()) {
      const { status, body } = await get(
        `/subjects/${encodeURIComponent(subject)}/versions/${version}`,
      );
      if (status !== 200) continue;
      const difference = firstDifference(schemaIn(body), schema);
      if (difference !== undefined) return { ...difference, version };
    }
    return undefined;
  }

  return {
    async register(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      const body = { schemaType: 'AVRO', schema: JSON.stringify(schema) };
      let found: Awaited<ReturnType<typeof explain>>;
      let answer = await call('POST', path, body);
      for (let tries = 1; answer.status === 409; tries += 1) {
        found = await explain(subject, schema);
        // Without a difference another process was registering the same schema at this moment.
        if (found !== undefined || tries === CONFLICTING_TRIES) break;
        await sleep(backoff.initial);
        answer = await call('POST', path, body);
      }
      if (answer.status === 200) return (answer.body as { id: number }).id;
      if (answer.status !== 409 && answer.status !== 422) throw unexpected('POST', path, answer);
      const what =
        found === undefined
          ? 'it does not fit the earlier versions or is no schema'
          : `field ${found.field || '(the record itself)'} ${found.what} since version ${found.version}`;
      throw new SchemaRefusedError(subject, found?.field, what, messageIn(answer.body));
    },
    async schemaById(id) {
      const path = `/schemas/ids/${id}`;
      const answer = await get(path);
      if (answer.status === 200) return schemaIn(answer.body);
      const code = (answer.body as { error_code?: number } | undefined)?.error_code;
      if (answer.status === 404 && code === SCHEMA_NOT_FOUND) return undefined;
      throw unexpected('GET', path, answer);
    },
    async setCompatibility(subject, compatibility) {
      const path = `/config/${encodeURIComponent(subject)}`;
      for (let tries = 1; ; tries += 1) {
        const { status, body } = await get(path);
        const level = (body as { compatibilityLevel?: string } | undefined)?.compatibilityLevel;
        if (status === 200 && level === compatibility) return;
        const answer = await call('PUT', path, { compatibility });
        if (answer.status === 200) return;
        // 409: another process was setting it at this moment.
        if (answer.status !== 409 || tries === CONFLICTING_TRIES)
          throw unexpected('PUT', path, answer);
        await sleep(backoff.initial);
      }
    },
  };
}

/** A fetch that tries again for as long as the registry is unreachable, overloaded or broken. */
function caller({ url, onWait, signal, backoff = BACKOFF }: RegistryOptions) {
  return async (method: string, path: string, body?: object): Promise<Answer> => {
    for (let pause = backoff.initial; ; pause = Math.min(pause * 2, backoff.maximum)) {
      signal?.throwIfAborted();
      const answer = await once(method, path, body);
      if (typeof answer !== 'string') return answer;
      onWait?.(`waiting for the schema registry at ${url}: ${answer}`);
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  };

  async function once(method: string, path: string, body?: object): Promise<Answer | string> {
    try {
      const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const response = await fetch(url + path, {
        method,
        headers: { accept: `${MEDIA_TYPE}, application/json`, 'content-type': MEDIA_TYPE },
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status } = response;
      if (status >= 500 || status === 408 || status === 429) return `it answered ${status}`;
      return { status, body: parse(text) };
    } catch (error) {
      signal?.throwIfAborted();
      const { message, cause } = error as Error;
      return cause instanceof Error && cause.message !== '' ? cause.message : message;
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function schemaIn(body: unknown): Schema {
  const { schema } = body as { schema: string };
  return parse(schema) as Schema;
}

function messageIn(body: unknown): string {
  const message = (body as { message?: string } | undefined)?.message ?? 'nothing';
  return message.replace(/^(?:\w+\.)+\w*Exception: /, '');
}

function unexpected(method: string, path: string, { status, body }: Answer): Error {
  return new Error(
    `the schema registry answered ${method} ${path} with ${status}: ${messageIn(body)}`,
  );
}
