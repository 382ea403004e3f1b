import type { AnyDecoder } from '../../../platform/avro/any-decoder.ts';
import { UndecodableError } from '../../../platform/avro/errors.ts';
import { deadLetterHeader } from '../../../platform/log/dead-letter.ts';
import type { Headers } from '../../../platform/log/headers.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import { CLAIM_TYPE } from '../../../platform/log/reader.ts';
import { catalogued, isReply } from './topic-facts.ts';

/**
 * The role of a record. `record` is one of a topic that is not Hail's; `unreadable` one whose bytes are
 * neither Avro with a known schema nor text.
 */
export type What =
  | 'command'
  | 'reply'
  | 'event'
  | 'claim'
  | 'measurement'
  | 'dead letter'
  | 'tombstone'
  | 'record'
  | 'unreadable';

/** Why a dead letter was set aside, and where it stood. `at` is in milliseconds since 1970. */
export interface Letter {
  readonly reason: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  readonly at: number;
}

/** A record for people: plain JSON. */
export interface Shown {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970, by the writer's clock. */
  readonly timestamp: number;
  readonly key: string;
  readonly what: What;
  /** Short name of the Avro record. */
  readonly type?: string;
  /** Id of the schema that it was written with. */
  readonly schemaId?: number;
  /** The decoded value, Avro or JSON. */
  readonly data?: unknown;
  /** The value if it is text and nothing more. */
  readonly text?: string;
  /** The beginning of a value that could not be read; `problem` says why. */
  readonly hex?: string;
  readonly problem?: string;
  readonly letter?: Letter;
  /** Length of the value in bytes. */
  readonly bytes: number;
  readonly headers: Headers;
}

/** Shows any record of any topic. */
export interface Show {
  /** Fetches the schemas these records need. Rejects with `RegistryAwayError`. */
  prepare(records: readonly LogRecord[]): Promise<void>;
  /** The type of a prepared record, without decoding it; `undefined` for what is not Avro. */
  typeOf(record: LogRecord): string | undefined;
  /** What is known of a prepared record without decoding it. */
  envelope(record: LogRecord): Omit<Shown, 'what'>;
  /** Never throws: what cannot be read is shown as such. */
  one(record: LogRecord): Shown;
  /** `prepare` and `one` for all of them. */
  all(records: readonly LogRecord[]): Promise<readonly Shown[]>;
}

const HEX_BYTES = 64;

export function createShow(decoder: AnyDecoder): Show {
  const prepare = async (records: readonly LogRecord[]) => {
    const ids = new Set<number>();
    for (const { value } of records) {
      const id = value === null ? undefined : missing(decoder, value);
      if (id !== undefined) ids.add(id);
    }
    if (ids.size > 0) await Promise.all([...ids].map((id) => decoder.learn(id)));
  };
  const one = (record: LogRecord): Shown => show(decoder, record);
  const typeOf = ({ value }: LogRecord) =>
    value === null ? undefined : shortName(decoder.nameOf(value));
  return {
    prepare,
    one,
    typeOf,
    envelope(record) {
      const { value, ...envelope } = record;
      const type = typeOf(record);
      return { ...envelope, ...(type !== undefined && { type }), bytes: value?.length ?? 0 };
    },
    async all(records) {
      await prepare(records);
      return records.map(one);
    },
  };
}

function missing(decoder: AnyDecoder, value: Buffer): number | undefined {
  try {
    return decoder.missing(value);
  } catch {
    return undefined;
  }
}

function shortName(name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf('.') + 1);
}

function show(decoder: AnyDecoder, record: LogRecord): Shown {
  const { topic, partition, offset, timestamp, key, value, headers } = record;
  const content = value === null ? undefined : read(decoder, value);
  const letter = letterOf(headers);
  return {
    topic,
    partition,
    offset,
    timestamp,
    key,
    what: whatIs(record, content, letter),
    ...content,
    ...(letter && { letter }),
    bytes: value?.length ?? 0,
    headers,
  };
}

type Content = Pick<Shown, 'type' | 'schemaId' | 'data' | 'text' | 'hex' | 'problem'>;

function read(decoder: AnyDecoder, value: Buffer): Content {
  try {
    const { schemaId, name, data } = decoder.decode(value);
    return { type: shortName(name) as string, schemaId, data };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return asText(value) ?? unreadable(value, error);
  }
}

function unreadable(value: Buffer, error: Error): Content {
  const problem = error instanceof UndecodableError ? error.message : String(error);
  return { hex: value.subarray(0, HEX_BYTES).toString('hex'), problem };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function asText(value: Buffer): Content | undefined {
  try {
    const text = utf8.decode(value);
    if (control.test(text)) return undefined;
    return asJson(text) ?? { text };
  } catch {
    return undefined;
  }
}

function asJson(text: string): Content | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function letterOf(headers: Headers): Letter | undefined {
  const reason = headers[deadLetterHeader.reason];
  if (reason === undefined) return undefined;
  return {
    reason,
    topic: headers[deadLetterHeader.topic] ?? '',
    partition: Number(headers[deadLetterHeader.partition]),
    offset: Number(headers[deadLetterHeader.offset]),
    group: headers[deadLetterHeader.group] ?? '',
    at: Number(headers[deadLetterHeader.at]),
  };
}

function whatIs(record: LogRecord, content: Content | undefined, letter: Letter | undefined): What {
  if (letter !== undefined) return 'dead letter';
  if (content === undefined) return 'tombstone';
  if (record.headers['ce_type'] === CLAIM_TYPE) return 'claim';
  if (content.problem !== undefined) return 'unreadable';
  switch (catalogued(record.topic)?.kind) {
    case 'inbox':
      return content.type !== undefined && isReply(content.type) ? 'reply' : 'command';
    case 'log':
      return 'event';
    case 'stream':
      return 'measurement';
    default:
      return 'record';
  }
}
