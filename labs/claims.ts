import { setTimeout as sleep } from 'node:timers/promises';
import { tail } from '../apps/console/core/tail.ts';
import { topics } from '../schemas/topics.ts';
import type { Lab } from './lab.ts';
import { placeOf } from './place.ts';

/** A claim of a shard, and the claim that stood before it. */
export interface Claim {
  readonly place: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly instance: string;
  /** Which assignment of the group it came of. */
  readonly generation: number;
  readonly before: Claim | undefined;
}

/** All claims in a log, that of trips unless told, in order within each partition. */
export async function claimsIn(
  { connection }: Pick<Lab, 'connection'>,
  log: string = topics.tripEvents.name,
): Promise<Claim[]> {
  const latest = new Map<number, Claim>();
  const claims: Claim[] = [];
  for await (const records of tail(connection, {
    topics: [log],
    from: { at: 'beginning' },
    follow: false,
    filter: { types: ['ShardClaimed'] },
  })) {
    for (const record of records) {
      const { partition, offset, timestamp } = record;
      const { instance, generation } = record.data as Pick<Claim, 'instance' | 'generation'>;
      const before = latest.get(partition);
      const at = { place: placeOf(record), partition, offset, timestamp };
      const claim = { ...at, instance, generation, before };
      latest.set(partition, claim);
      claims.push(claim);
    }
  }
  return claims;
}

/** Waits until the claims are as wanted; resolves with what `find` found. */
export async function untilClaims<T>(
  lab: Pick<Lab, 'connection'>,
  find: (claims: readonly Claim[]) => T | undefined,
): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = find(await claimsIn(lab));
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error('the claims that were waited for did not come within a minute');
}

/** Whether the owner claimed a second time what was its own: so it does when Redis has lost something. */
export function isAgain({ instance, before }: Claim): boolean {
  return before?.instance === instance;
}
