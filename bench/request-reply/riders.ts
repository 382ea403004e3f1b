import { v7 as uuidv7 } from 'uuid';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { cloudEvent } from '../../platform/log/envelope.ts';
import { connectRedis } from '../../platform/redis/connect.ts';
import { createReadModel } from '../../platform/redis/read-model.ts';
import { topics } from '../../schemas/topics.ts';
import type { RiderState } from '../../services/rider/rider.ts';
import type { Context } from '../harness/bench.ts';
import { hailTopics } from '../harness/hail.ts';

/** Riders who can pay for a trip. A rider has one at a time, so each request takes another. */
export interface Riders {
  /** Has at least so many ready; registers those that are missing, and waits for them. */
  prepare(count: number): Promise<void>;
  /** @throws when more are taken than were prepared */
  take(): string;
}

const AT_ONCE = 1_000;
const PATIENCE = 120_000;
const DEPOSIT = { amountMinor: 100_000, currency: 'EUR' };

/** They are registered by commands written to Kafka, since that is not what is measured. */
export async function createRiders(context: Context): Promise<Riders> {
  const records = ['RegisterRider', 'DepositFunds'];
  const { codec, writer, partitions } = await hailTopics(context, records);
  const redis = connectRedis(context.backends.redisUrl, 'bench-riders');
  const model = createReadModel<RiderState>(redis, 'rider', (id) => partitionOf(id, partitions));
  context.onEnd(() => {
    model.close();
    redis.disconnect();
  });
  const ready: string[] = [];

  const command = (riderId: string, type: string, data: object) => ({
    topic: topics.riderCommands.name,
    record: {
      key: riderId,
      value: codec.encode(type, data),
      headers: cloudEvent('/hail/bench', uuidv7(), codec.fullName(type)),
    },
  });

  async function register(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const some = ids.slice(i, i + AT_ONCE);
      const commands = some.flatMap((riderId) => [
        command(riderId, 'RegisterRider', { riderId, name: 'Ada', currency: 'EUR' }),
        command(riderId, 'DepositFunds', { riderId, depositId: riderId, amount: DEPOSIT }),
      ]);
      await writer.send(commands);
    }
    // A shard takes them in order: when its last one has money, all have.
    const last = new Map(ids.map((id) => [partitionOf(id, partitions), id]));
    const hasMoney = (state: RiderState | undefined) =>
      state?.status === 'active' && state.account.available > 0;
    for (const id of last.values()) {
      const found = await model.wait(id, (document) => hasMoney(document?.state), PATIENCE);
      if (!hasMoney(found?.state)) throw new Error(`rider ${id} is not there`);
    }
  }

  return {
    async prepare(count) {
      const missing = Array.from({ length: Math.max(0, count - ready.length) }, () => uuidv7());
      if (missing.length > 0) await register(missing);
      ready.push(...missing);
    },
    take() {
      const id = ready.pop();
      if (id === undefined) throw new Error('no riders are left');
      return id;
    },
  };
}
