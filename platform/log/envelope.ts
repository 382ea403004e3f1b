import type { Message, Metadata, Outgoing, Received } from '../messaging/message.ts';
import { formatOrigin, type Headers, header } from './headers.ts';
import type { Codec, LogRecord, NewRecord } from './ports.ts';

/** The envelope of a record, from its headers. */
export function metadataOf(record: LogRecord): Metadata {
  const { headers, topic, partition, offset } = record;
  const traceparent = headers[header.traceparent];
  const replyTopic = headers[header.replyTopic];
  const correlationId = headers[header.correlationId];
  const metadata: Writable<Metadata> = {
    id: headers[header.id] ?? `${topic}/${partition}/${offset}`,
    key: record.key,
    coordinate: { topic, partition, offset },
    timestamp: record.timestamp,
  };
  if (traceparent !== undefined) metadata.traceparent = traceparent;
  if (replyTopic !== undefined) metadata.replyTopic = replyTopic;
  if (correlationId !== undefined) metadata.correlationId = correlationId;
  return metadata;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Decodes a record: at once, or, if its schema is not known yet, when that has been fetched (waits while the
 * registry is away). Throws or rejects for bytes that can never be read.
 */
export function receive<M extends Message>(
  codec: Codec,
  record: LogRecord,
): Received<M> | Promise<Received<M>> {
  const { value } = record;
  if (value === null) throw new Error('the record has no value');
  const decode = () => {
    const { type, data } = codec.decode(value);
    return { type, data, metadata: metadataOf(record) } as Received<M>;
  };
  return codec.typeOf(value) === undefined ? codec.learn(value).then(decode) : decode();
}

/** CloudEvents attributes that are the same for all messages of one sender. */
export function cloudEvent(source: string, id: string, fullName: string): Record<string, string> {
  return {
    [header.specVersion]: '1.0',
    [header.id]: id,
    [header.type]: fullName,
    [header.source]: source,
  };
}

/** What an effect inherits from its cause. */
export function inherited(from: Headers): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of [header.traceparent, header.replyTopic, header.correlationId]) {
    const value = from[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

/** The message that a policy made from the event at `cause`, ready to be sent: id and origin in one. */
export function outgoingRecord(
  codec: Codec,
  source: string,
  cause: LogRecord,
  index: number,
  { key, message, replyTopic, correlationId }: Outgoing,
): NewRecord {
  const { topic, partition, offset, headers } = cause;
  const origin = formatOrigin({ topic, partition, offset, index });
  const traceparent = headers[header.traceparent];
  return {
    key,
    value: codec.encode(message.type, message.data),
    headers: {
      ...cloudEvent(source, origin, codec.fullName(message.type)),
      [header.origin]: origin,
      ...(traceparent !== undefined && { [header.traceparent]: traceparent }),
      ...(replyTopic !== undefined && { [header.replyTopic]: replyTopic }),
      ...(correlationId !== undefined && { [header.correlationId]: correlationId }),
    },
  };
}
