import { FetchedMessage, FetchedRecord } from './fetched-record.ts';
import { WireReader } from './wire-reader.ts';

/** A fetch response as kafkajs understands it. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedMessage[];
}

const MAGIC = 2;
/** Bytes of a batch before its records. */
const BATCH_HEADER = 61;
/** Attributes of a batch: compressed; times are the broker's; of a transaction; control records. */
const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/**
 * Decodes the body of a fetch response (version 11). kafkajs takes ten times as long, most of it for headers. What only it can
 * read (compressed batches, those of transactions, formats before Kafka 0.11) is left to it: `undefined`. A batch
 * that is not there as a whole is left out, as is usual at the end of a response.
 */
export function decodeFetch(body: Buffer): FetchResponse | undefined {
  try {
    return decodeResponse(new WireReader(body));
  } catch (error) {
    if (error instanceof NotOurs) return undefined;
    throw error;
  }
}

class NotOurs extends Error {}

function decodeResponse(input: WireReader): FetchResponse {
  // The broker does not hold back, but asks the client to.
  const clientSideThrottleTime = input.int32();
  const errorCode = input.int16();
  const sessionId = input.int32();
  const responses = input.array(() => {
    const topicName = input.string();
    return { topicName, partitions: input.array(() => decodePartition(input, topicName)) };
  });
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function decodePartition(input: WireReader, topic: string) {
  const partition = input.int32();
  const errorCode = input.int16();
  const highWatermark = String(input.int64());
  const lastStableOffset = String(input.int64());
  const lastStartOffset = String(input.int64());
  if (input.int32() > 0) throw new NotOurs('aborted transactions');
  const preferredReadReplica = input.int32();
  const size = Math.max(0, input.int32());
  const end = input.at + size;
  const messages: FetchedMessage[] = [];
  while (input.at + BATCH_HEADER <= end && decodeBatch(input, topic, partition, end, messages));
  input.at = end;
  const abortedTransactions: never[] = [];
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions,
    preferredReadReplica,
    messages,
  };
}

/** False when the batch is not there as a whole. */
function decodeBatch(
  input: WireReader,
  topic: string,
  partition: number,
  end: number,
  into: FetchedMessage[],
): boolean {
  const firstOffset = input.int64();
  const length = input.int32();
  const batchEnd = input.at + length;
  input.at += 4; // the leader's epoch
  if (input.int8() !== MAGIC) throw new NotOurs('an older format');
  if (batchEnd > end) return false;
  input.at += 4; // the CRC
  const attributes = input.int16();
  if ((attributes & (COMPRESSION | TRANSACTIONAL | CONTROL)) !== 0) throw new NotOurs('a batch');
  input.at += 4; // the last offset
  const firstTimestamp = input.int64();
  const maxTimestamp = input.int64();
  const appendTime = (attributes & LOG_APPEND_TIME) !== 0;
  input.at += 14; // the producer's id, epoch and number
  const count = input.int32();
  for (let i = 0; i < count; i += 1) {
    const recordEnd = input.varint() + input.at;
    input.at += 1; // attributes
    const created = firstTimestamp + input.varint();
    const offset = firstOffset + input.varint();
    const time = appendTime ? maxTimestamp : created;
    const record = new FetchedRecord(topic, partition, offset, time, input.bytes, input.at);
    into.push(new FetchedMessage(record));
    input.at = recordEnd;
  }
  input.at = batchEnd;
  return true;
}
