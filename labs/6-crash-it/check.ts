import { z } from 'zod';
import { auditSystem } from '../../apps/audit/audit-system.ts';
import { topics } from '../../schemas/topics.ts';
import { type Claim, claimsIn, isAgain } from '../claims.ts';
import { type Check, need, readAnswers } from '../lab.ts';
import { place } from '../place.ts';

/** Places of claims in `trip.events`. */
export const answers = z.strictObject({
  /** Made in the place of an instance that had been killed. */
  killed: place,
  /** Made in the place of one that was paused. */
  paused: place,
  /** Made by the owner itself, after Redis had been emptied. */
  flushed: place,
});

export const check: Check = async function* (lab) {
  const given = readAnswers(lab, 5, answers);
  const claims = await claimsIn(lab);
  const partitions = (await lab.connection.reader.ranges([topics.tripEvents.name])).length;
  const claimAt = (name: keyof typeof given, step: number): Claim & { readonly before: Claim } => {
    const claim = claims.find(({ place: at }) => at === given[name]);
    need(claim, step, `${name}: there is no claim at ${given[name]}.`);
    const { before } = claim;
    need(before, step, `${name}: the claim at ${given[name]} is the first of its partition.`);
    return { ...claim, before };
  };

  const killed = claimAt('killed', 2);
  const dead = killed.before.instance;
  need(dead !== killed.instance, 2, `killed: ${dead} claimed twice; look for a change of owner.`);
  need(
    !claimsAfter(claims, dead, killed),
    2,
    `killed: ${dead} claimed again later, so it was not killed.`,
  );
  yield `${dead} was killed; ${killed.instance} began epoch ${killed.offset} of shard trip:${killed.partition}`;

  const paused = claimAt('paused', 3);
  const sleeper = paused.before.instance;
  need(
    sleeper !== paused.instance,
    3,
    `paused: ${sleeper} claimed twice; look for a change of owner.`,
  );
  need(
    tookAll(claims, paused, partitions),
    3,
    `paused: at that time ${paused.instance} did not own all shards.`,
  );
  need(
    claimsAfter(claims, sleeper, paused),
    3,
    `paused: ${sleeper} has not claimed anything since.`,
  );
  yield `${sleeper} was paused; ${paused.instance} took all shards over; it woke up, and waited for its turn`;

  const flushed = claimAt('flushed', 4);
  const other = `flushed: before it ${flushed.before.instance} owned the shard, another one.`;
  need(isAgain(flushed), 4, other);
  const riders = await claimsIn(lab, topics.riderEvents.name);
  const together = riders.some((claim) => isAgain(claim) && near(claim, flushed));
  need(together, 4, `flushed: the rider service lost nothing then, so Redis was not emptied.`);
  yield `Redis was emptied; ${flushed.instance} noticed, claimed again and folded its log anew`;

  const { violations, recordsInAll } = (await auditSystem(lab.running, { quiet: false })).figures;
  const said = `The audit found ${violations} violations; \`npm run audit\` names them.`;
  need(violations === 0, 5, said);
  yield `an audit of ${recordsInAll} records found nothing wrong`;
};

/** Whether an instance claimed a shard in a later assignment than that of `than`. */
function claimsAfter(claims: readonly Claim[], instance: string, than: Claim): boolean {
  return claims.some((claim) => claim.instance === instance && claim.generation > than.generation);
}

/** Whether the heir had claimed every shard by then: whoever else was in the group was silent. */
export function tookAll(claims: readonly Claim[], heir: Claim, partitions: number): boolean {
  const taken = claims.filter(
    ({ instance, generation }) => instance === heir.instance && generation <= heir.generation,
  );
  return new Set(taken.map(({ partition }) => partition)).size === partitions;
}

/** Every owner looks at Redis at least every two seconds. */
function near(one: Claim, other: Claim): boolean {
  return Math.abs(one.timestamp - other.timestamp) < 10_000;
}
