import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../platform/messaging/message.ts';
import type { NextModel, PositionAfter } from '../../platform/redis/next-model.ts';
import type { LogAhead } from './log-ahead.ts';
import type { ShardBuild } from './shard-build.ts';

/**
 * - `unnoticed`: the living position stayed as it was; the owner goes on and knows nothing of it.
 * - `restarted`: the owner finds a lower position, or none, and begins anew on the rebuilt model.
 */
export type Switched = 'unnoticed' | 'restarted';

export interface SwitchOptions {
  /** The living model was found wrong, so that its owner may remember what is wrong as well. */
  readonly damaged: boolean;
  /** How often it is tried to meet the living position before a lower one is taken. */
  readonly attempts: number;
  /** An owner that folds from the beginning is waited for, unless it stands still so long, in milliseconds. */
  readonly patience: number;
}

const BATCH = 2_000;
const LOOK_EVERY = 100;

/** Folds the log up to offset `end`, and stores it. */
export async function buildTo<S extends object, E extends Message>(
  build: ShardBuild<S, E>,
  log: LogAhead,
  end: number,
  onBatch: () => void = () => {},
): Promise<void> {
  while (build.position.offset < end) {
    await build.fold(await log.take(end, BATCH));
    await build.store();
    onBatch();
  }
}

/**
 * Puts the rebuilt model in the place of the living one, which is in use and moves on.
 *
 * The living position says how far messages have been sent, so it must never be moved forward. Documents
 * may be ahead of it if the owner begins anew: folding skips what a document contains and still sends.
 * With an owner that goes on they must be exactly at it: so the difference is folded, and the switch is
 * made in the same round trip if the living position is still the one that was met.
 */
export async function switchOver<S extends object, E extends Message>(
  build: ShardBuild<S, E>,
  log: LogAhead,
  model: NextModel,
  { damaged, attempts, patience }: SwitchOptions,
): Promise<{ readonly how: Switched; readonly tries: number }> {
  const living = new Set(await model.livingSets());
  let position = await model.livingPosition();
  let movedAt = Date.now();
  for (let tries = 1; ; ) {
    let expected: number | 'later' | undefined = position?.offset;
    let after: PositionAfter = damaged && position !== undefined ? build.before : 'keep';
    if (position !== undefined && position.offset < build.position.offset) {
      if (Date.now() - movedAt < patience) {
        await sleep(LOOK_EVERY);
        const seen = await model.livingPosition();
        if (seen?.offset !== position.offset) movedAt = Date.now();
        position = seen;
        continue;
      }
      after = 'drop';
    } else if (tries > attempts) {
      expected = 'later';
      after = damaged ? build.before : build.position;
    } else if (position !== undefined) {
      const end = position.offset;
      while (build.position.offset < end) await build.fold(await log.take(end, BATCH));
      if (damaged) after = build.before;
    }
    const built = build.position.offset;
    const sets = [...living.union(build.sets)];
    const [, { result, living: found }] = await Promise.all([
      build.store(),
      model.switchOver(expected, built, after, sets),
    ]);
    if (result === 'switched') {
      const unnoticed = after === 'keep' && position !== undefined;
      return { how: unnoticed ? 'unnoticed' : 'restarted', tries };
    }
    if (result === 'gone') {
      throw new Error(
        'the model being built is gone: was Redis emptied, or is another rebuild running?',
      );
    }
    position = found;
    movedAt = Date.now();
    tries += 1;
  }
}
