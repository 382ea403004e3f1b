import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { partitionOf } from '../platform/kafka/partition-of.ts';
import { cloudEvent } from '../platform/log/envelope.ts';
import { topics } from '../schemas/topics.ts';
import type { Bench, Context } from './harness/bench.ts';
import { type HailTopics, hailTopics } from './harness/hail.ts';
import { watchShard } from './shard-watch.ts';

/** The shard that is watched. */
const PARTITION = 0;
/** The group gives a member up when it has been silent for so long (platform/kafka/group-consumer.ts). */
const SESSION_TIMEOUT = 6_000;
/** How often somebody wants something of the shard, in milliseconds. */
const COMMAND_EVERY = 10;
/** The group is at rest when nobody has claimed the shard for so long. */
const QUIET = 2_000;

export const recovery: Bench = {
  name: 'recovery',
  about:
    'two rider processes share the shards; the owner of one ends: until the next event of that shard',
  servers: 'empty',
  kills: true,
  async run(context) {
    const hail = await hailTopics(context, ['RegisterRider']);
    const watch = await watchShard(hail, topics.riderEvents.name, PARTITION);
    context.onEnd(() => watch.close());
    const names = ['rider-a', 'rider-b'];
    const processes = new Map(
      await Promise.all(
        names.map(async (name) => {
          const env = { HAIL_INSTANCE: name };
          return [name, await context.start(name, 'services/rider/main.ts', env)] as const;
        }),
      ),
    );
    sendCommands(context, hail);

    /** Milliseconds from the signal to the reading of the first event that a later owner has written. */
    const takeOver = async (signal: NodeJS.Signals): Promise<number> => {
      do await sleep(QUIET / 10);
      while (watch.owner === undefined || performance.now() - watch.claimedAt < QUIET);
      const owner = processes.get(watch.owner);
      if (owner === undefined)
        throw new Error(`${watch.owner} owns the shard, and is none of ours`);
      const again = owner.again();
      const next = watch.nextOwnersEvent();
      const began = performance.now();
      process.kill(owner.pid, signal);
      const milliseconds = (await next) - began;
      await again;
      return milliseconds;
    };
    const killed: number[] = [];
    const stopped: number[] = [];
    for (let round = 0; round < context.rounds; round += 1) {
      killed.push(await takeOver('SIGKILL'));
      stopped.push(await takeOver('SIGTERM'));
    }
    const against = {
      what: 'session timeout',
      values: killed.map(() => SESSION_TIMEOUT),
    };
    return [
      { what: 'killed (SIGKILL)', unit: 'ms', values: killed, against },
      { what: 'asked to end (SIGTERM)', unit: 'ms', values: stopped },
    ];
  },
};

/** Somebody registers with the shard all the time, whether or not it has an owner. */
function sendCommands({ onEnd, broken }: Context, { codec, writer, partitions }: HailTopics): void {
  const type = 'RegisterRider';
  const timer = setInterval(() => {
    let riderId = uuidv7();
    while (partitionOf(riderId, partitions) !== PARTITION) riderId = uuidv7();
    const value = codec.encode(type, { riderId, name: 'Ada', currency: 'EUR' });
    const headers = cloudEvent('/hail/bench', riderId, codec.fullName(type));
    const record = { key: riderId, value, headers };
    writer
      .send([{ topic: topics.riderCommands.name, record }])
      .catch((error: Error) => broken(`a command was not written: ${error.message}`));
  }, COMMAND_EVERY);
  onEnd(() => clearInterval(timer));
}
