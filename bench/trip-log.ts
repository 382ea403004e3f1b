import { randomUUID } from 'node:crypto';
import { AggregateCache } from '../platform/log/cache.ts';
import { Decisions, type ReadyInput } from '../platform/log/decide.ts';
import { cloudEvent, metadataOf } from '../platform/log/envelope.ts';
import type { Codec, LogRecord, NewRecord, Writer } from '../platform/log/ports.ts';
import { shardStart } from '../platform/log/position.ts';
import { CLAIM, CLAIM_TYPE } from '../platform/log/reader.ts';
import type { Received } from '../platform/messaging/message.ts';
import { tripAggregate } from '../services/trip/aggregate.ts';
import type { TripInput } from '../services/trip/decide.ts';

/** Trips that are under way at the same time in a shard: their events stand between each other's. */
const AT_ONCE = 500;

const aggregate = tripAggregate();
const { kind, log, inbox } = aggregate;

/** The inputs of a trip that is driven to its end and rated. */
function inputsOf(tripId: string, n: number): readonly TripInput[] {
  const riderId = `rider-${n % 5_000}`;
  const driverId = `driver-${n % 500}`;
  const pickup = { latitude: 52.5 + (n % 97) / 2_000, longitude: 13.4 };
  const dropoff = { latitude: 52.56, longitude: 13.4 + (n % 89) / 1_000 };
  return [
    { type: 'RequestTrip', data: { tripId, riderId, pickup, dropoff } },
    { type: 'RiderVerification', data: { tripId, riderId, outcome: 'VERIFIED', reason: null } },
    {
      type: 'DriverMatched',
      data: { tripId, attempt: 1, round: 1, driverId, offerId: `offer-${n}`, withdrawn: [] },
    },
    { type: 'ReportArrival', data: { tripId, driverId } },
    { type: 'StartTrip', data: { tripId, driverId } },
    { type: 'CompleteTrip', data: { tripId, driverId } },
    {
      type: 'RateTrip',
      data: { tripId, by: 'RIDER', actorId: riderId, stars: 5, comment: null },
    },
  ] as const;
}

/**
 * Writes the log of one shard of trips as its owner would have: a claim, and then the events that the
 * real decider makes, with the headers that the kernel gives them. The partition must be empty.
 *
 * @param tripIds ids that hash to this partition
 * @returns how many events were written
 */
export async function writeTripLog(
  partition: number,
  tripIds: readonly string[],
  codec: Codec,
  writer: Writer,
  now: number,
): Promise<number> {
  const shard = `${kind}/${partition}`;
  const token = randomUUID();
  const claim = { shard, instance: 'bench', token, generation: 1, claimedAt: now };
  const headers = cloudEvent(`/hail/${kind}`, `${log}/${partition}/claim/${token}`, CLAIM_TYPE);
  await writer.append(log, partition, [{ key: shard, value: codec.encode(CLAIM, claim), headers }]);

  const cache = new AggregateCache(aggregate.decider.initialState);
  const from = { ...shardStart, offset: 1, epoch: 0 };
  const decisions = new Decisions(aggregate, partition, cache, codec, () => {}, from);
  let offset = 0;
  let written = 0;
  const decide = async (inputs: readonly ReadyInput<TripInput>[]) => {
    const { decided, deadLetters } = decisions.decide(inputs, new Map<never, never>(), now);
    if (deadLetters.length > 0) throw new Error(deadLetters[0]?.reason);
    const records: NewRecord[] = decided.flatMap((input) => input.records);
    written += records.length;
    await writer.append(log, partition, records);
  };
  for (let i = 0; i < tripIds.length; i += AT_ONCE) {
    const trips = tripIds.slice(i, i + AT_ONCE);
    const inputs = trips.map((id, n) => inputsOf(id, i + n));
    for (const id of trips) cache.admit(id, undefined);
    for (let step = 0; step < (inputs[0]?.length ?? 0); step += 1) {
      const ready = trips.map((id, n) => readyInput(id, partition, offset + n, inputs[n]?.[step]));
      offset += trips.length;
      await decide(ready);
    }
    cache.clear();
  }
  return written;
}

function readyInput(
  key: string,
  partition: number,
  offset: number,
  message: TripInput | undefined,
): ReadyInput<TripInput> {
  const place = { topic: inbox, partition, offset };
  const record: LogRecord = { ...place, key, value: null, headers: {}, timestamp: 0 };
  const next = { offset: offset + 1, epoch: -1, seq: -1 };
  const received = { ...message, metadata: metadataOf(record) } as Received<TripInput>;
  return { id: key, message: received, queued: { topic: inbox, next, record } };
}
