export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Milliseconds; `undefined` keeps records for ever. */
  readonly retentionMs?: number;
  /** Bytes a batch may have; `undefined`: what the broker allows, 1 MiB as it comes. */
  readonly largestBatch?: number;
}

/** The settings with which a topic is created. */
export function topicConfig({
  retentionMs = -1,
  largestBatch,
}: TopicSpec): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'message.timestamp.type': 'CreateTime',
    ...(largestBatch !== undefined && { 'max.message.bytes': String(largestBatch) }),
  };
}
