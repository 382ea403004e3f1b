import { setTimeout as sleep } from 'node:timers/promises';
import type { Addresses } from '../../infra/backends/types.ts';
import { createCodec } from '../../platform/avro/codec.ts';
import { UndecodableError } from '../../platform/avro/errors.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { createKafka } from '../../platform/kafka/client.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import {
  createTopicReader,
  type PartitionRange,
  type TopicReader,
} from '../../platform/kafka/topic-reader.ts';
import { header } from '../../platform/log/headers.ts';
import type { Codec, LogRecord } from '../../platform/log/ports.ts';
import { CLAIM_TYPE } from '../../platform/log/reader.ts';
import type { Coordinate } from '../../platform/messaging/message.ts';
import { connectRedis, type Redis } from '../../platform/redis/connect.ts';
import { readDocuments } from '../../platform/redis/documents.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { Audit } from './audit.ts';
import { type Figures, figuresOf } from './figures.ts';
import type { Violation } from './findings.ts';
import { merged } from './merge.ts';
import type { ReadDocuments } from './read-models.ts';
import { auditedTopics, wirings } from './topology.ts';

export interface AuditSystemOptions {
  /** The system has come to rest: all that has begun must have ended, … */
  readonly quiet: boolean;
  /** … unless it began before this time (milliseconds since 1970) and was left open then. */
  readonly since?: number;
  /** Whether to compare the read models; so it is by default. */
  readonly readModels?: boolean;
  /** Aborts the audit, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface AuditReport {
  readonly figures: Figures;
  readonly violations: readonly Violation[];
}

/** The system is at rest when nothing has been written for so long; that is waited for, up to a limit. */
const REST = 500;
const REST_WITHIN = 10_000;
const inboxes = new Set(wirings.map(({ inbox }) => inbox));
/** How long Redis may take for one answer. */
const REDIS_WITHIN = 10_000;

/**
 * Reads all logs and inboxes from the beginning up to where they ended when it was called, and checks
 * what Hail promises. The system may go on meanwhile: what is under way then counts as open. Rejects
 * when Kafka, the registry or Redis is away.
 */
export async function auditSystem(
  addresses: Addresses,
  { quiet, since, readModels = true, signal }: AuditSystemOptions,
): Promise<AuditReport> {
  const began = performance.now();
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'hail-audit' });
  // An audit does not wait for a registry that is away.
  const away = new AbortController();
  const registry = createSchemaRegistry({
    url: addresses.schemaRegistryUrl,
    onWait: (message) => away.abort(new Error(message)),
    signal: away.signal,
  });
  const codec = createCodec({ registry, schemas: loadSchemas() });
  const redis = readModels
    ? connectRedis(addresses.redisUrl, 'hail-audit', () => {}, { failAfter: REDIS_WITHIN })
    : undefined;
  const reader = await createTopicReader(kafka);
  try {
    if (quiet) await atRest(reader, signal);
    const horizon = await reader.ranges(auditedTopics);
    // Whatever stands before the horizon was caused by something that stands before these ends.
    const ranges = await reader.ranges(auditedTopics);
    const ends = endsOf(horizon);
    const read = endsOf(ranges);
    const partitions = horizon.filter(({ topic }) => topic === auditedTopics[0]).length;
    const audit = new Audit({
      decode: (value) => codec.decode(value),
      partitionOf: (key) => partitionOf(key, partitions),
      ...(redis && { documents: documentsIn(redis) }),
    });
    beginnings(audit, ranges);
    const records = new Map(auditedTopics.map((topic) => [topic, 0]));
    for await (const batch of merged(reader, ranges)) {
      for (const record of batch) {
        signal?.throwIfAborted();
        if (!isReadable(codec, record)) await learn(codec, record);
        audit.take(record);
        records.set(record.topic, (records.get(record.topic) ?? 0) + 1);
      }
      if (audit.readModels?.isFull) await audit.readModels.compareEnded();
    }
    audit.end({
      quiet,
      ...(since !== undefined && { since }),
      isSettled: (at) => quiet || isBefore(at, ends),
    });
    await audit.readModels?.finish((at) => isBefore(at, read));
    const why = redis === undefined ? 'not asked to' : undefined;
    const figures = figuresOf(audit.findings, records, performance.now() - began, why);
    return { figures, violations: audit.findings.violations };
  } finally {
    redis?.disconnect();
    await reader.close();
  }
}

/** Reads documents; says what to do when Redis is away. */
function documentsIn(redis: Redis): ReadDocuments {
  return (kind, partition, ids) =>
    readDocuments(redis, kind, partition, ids).catch((cause: unknown) => {
      const remedy = '--no-read-models looks at Kafka alone';
      throw new Error(`Redis does not answer, so the read models cannot be compared; ${remedy}`, {
        cause,
      });
    });
}

/** The last effects of what has just ended may take a moment: waits until nothing more is written. */
async function atRest(reader: TopicReader, signal: AbortSignal | undefined): Promise<void> {
  const until = Date.now() + REST_WITHIN;
  const ends = async () => JSON.stringify(await reader.ranges(auditedTopics));
  for (let before = ''; Date.now() < until; ) {
    const now = await ends();
    if (now === before) return;
    before = now;
    await sleep(REST, undefined, signal && { signal });
  }
}

function endsOf(ranges: readonly PartitionRange[]): ReadonlyMap<string, number> {
  return new Map(ranges.map(({ topic, partition, end }) => [`${topic}/${partition}`, end]));
}

function isBefore(
  { topic, partition, offset }: Coordinate,
  ends: ReadonlyMap<string, number>,
): boolean {
  return offset < (ends.get(`${topic}/${partition}`) ?? 0);
}

/** An audit needs the whole history: nothing of it may have been deleted. */
function beginnings({ findings }: Audit, ranges: readonly PartitionRange[]): void {
  for (const { topic, partition, start } of ranges) {
    if (start === 0 || topic.endsWith('.dlq')) continue;
    const text = `the records before offset ${start} are gone; a log is kept for ever`;
    findings.violation('log', text, { topic, partition, offset: start });
  }
}

/** Whether the record needs no schema, or its schema is known. */
function isReadable(codec: Codec, { value, headers, topic }: LogRecord): boolean {
  if (value === null || inboxes.has(topic) || headers[header.type] === CLAIM_TYPE) return true;
  return codec.typeOf(value) !== undefined;
}

/** Fetches the schema; bytes that are hopeless are left for the audit to find. */
async function learn(codec: Codec, { value }: LogRecord): Promise<void> {
  try {
    if (value !== null) await codec.learn(value);
  } catch (error) {
    if (!(error instanceof UndecodableError)) throw error;
  }
}
