import { setTimeout as sleep } from 'node:timers/promises';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { decode } from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import type { LogRecord } from '../log/ports.ts';
import { encodeFetch, FETCH } from './fetch-request.ts';
import { decodeFetch, type FetchedPartition, type FetchResponse } from './fetch-response.ts';
import { gatherFor } from './gather.ts';
import type { Leaders } from './leaders.ts';
import type { Positions } from './positions.ts';
import { toFetched } from './record.ts';
import type { PartitionOffset } from './topic-reader.ts';

/** After so many milliseconds others have their turn: the heartbeat, and whoever wants to stop. */
const TURN = 200;
const PARTITION_BYTES = 1_048_576;

export interface FetchHandlers {
  /** Records in order, from the position last sought. */
  records(topic: string, partition: number, records: readonly LogRecord[]): void;
  /** The broker has answered; a partition ends before this offset. */
  answered(topic: string, partition: number, end: number): void;
}

/**
 * Reads from one broker what is wanted of it, for some 200 ms: one request under way at a time, with whatever is wanted
 * then. In a busy process it pauses in between, so that more comes at once. Rejects when the broker is away or
 * refuses, with an error that says so as kafkajs would.
 */
export async function fetchFor(
  nodeId: number,
  leaders: Leaders,
  positions: Positions,
  handlers: FetchHandlers,
): Promise<void> {
  const until = Date.now() + TURN;
  for (let left = TURN; left > 0; left = until - Date.now()) {
    const wanted = positions
      .wanted()
      .filter(({ topic, partition }) => leaders.of(topic, partition) === nodeId);
    if (wanted.length === 0) {
      await positions.change(left);
      continue;
    }
    const connection = await leaders.connection(nodeId);
    const request = encodeFetch(wanted, { waitMs: left, partitionBytes: PARTITION_BYTES });
    const body = await connection.request(FETCH.api, FETCH.version, request);
    const { responses } = decodeFetch(body) ?? ((await decode(body)) as FetchResponse);
    let some = false;
    for (const { topicName: topic, partitions } of responses) {
      for (const fetched of partitions) {
        const asked = wanted.find(
          (one) => one.topic === topic && one.partition === fetched.partition,
        );
        if (asked !== undefined && take(asked, fetched, positions, handlers)) some = true;
      }
    }
    const pause = some ? gatherFor() : 0;
    if (pause > 0) await sleep(pause);
  }
}

/** Whether there was anything. */
function take(
  asked: PartitionOffset,
  came: FetchedPartition,
  positions: Positions,
  handlers: FetchHandlers,
): boolean {
  if (came.errorCode !== 0) throw Object.assign(createErrorFromCode(came.errorCode), asked);
  const { topic, partition, records, next, end } = toFetched(asked, came);
  handlers.answered(topic, partition, end);
  if (next === asked.offset || !positions.accept(asked, next)) return false;
  handlers.records(topic, partition, records);
  return true;
}
