import { partitionOf } from '../../kafka/partition-of.ts';
import { Judge } from './judge.ts';
import { add, perform } from './perform.ts';
import type { Plan } from './plan.ts';
import { kinds, World, type WorldOptions } from './world.ts';

export interface Outcome {
  /** What went wrong; absent when all is well. */
  readonly wrong: string | undefined;
  readonly world: World;
}

/** After the last trouble everything must be in order within this time, in virtual milliseconds. */
const PATIENCE = 10_000;
/** More than this happens only when something goes round in circles. */
const MOST = 50_000;

/** Plays a plan to its end and judges it. The same plan gives the same outcome, step by step. */
export async function play(plan: Plan, note?: WorldOptions['note']): Promise<Outcome> {
  const { seed, partitions, latency } = plan;
  const world = new World({ seed, partitions, latency, ...(note && { note }) });
  const judge = new Judge(world);
  const unhandled = (error: unknown) => {
    judge.wrong ??= `nobody catches ${error}`;
  };
  process.on('unhandledRejection', unhandled);
  const how = await run(world, judge, plan);
  // Node tells of what nobody catches when it comes round again.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  return { wrong: how === 'busy' ? 'it never comes to rest' : judge.verdict(), world };
}

async function run(world: World, judge: Judge, { latency, actions }: Plan) {
  for (const kind of kinds) world.start(kind);
  const start = 50 + latency.most;
  for (const action of actions) {
    world.scheduler.after(start + action.at, () => perform(world, action));
  }
  const end = start + (actions.at(-1)?.at ?? 0) + 1;
  const bounds = { done: () => judge.wrong !== undefined, most: MOST };
  await world.scheduler.run({ ...bounds, until: end });
  calm(world);
  // Whom a fault has befallen already may crash of it yet.
  await world.scheduler.run({ ...bounds, until: end + 2 * latency.most });
  finish(world);
  return world.scheduler.run({ ...bounds, until: end + PATIENCE });
}

function calm(world: World): void {
  world.note('—', 'no more troubles');
  world.kafka.away = false;
  world.redis.away = false;
  for (const running of [...world.running]) {
    running.instance.faults.length = 0;
    if (running.instance.state === 'paused') world.wake(running);
  }
}

/** Of every kind somebody runs. Who has nothing to do does not look into Redis: so all get something. */
function finish(world: World): void {
  world.note('—', 'one more command for every shard');
  for (const kind of kinds) {
    if (!world.running.some((running) => running.kind === kind)) world.start(kind, `${kind}-9`);
  }
  const { partitions } = world.kafka;
  for (let p = 0; p < partitions; p += 1) {
    const key = [...'abcdefgh'].find((id) => partitionOf(id, partitions) === p);
    if (key !== undefined) add(world, key, 5);
  }
}
