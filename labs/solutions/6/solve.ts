import { topics } from '../../../schemas/topics.ts';
import { tookAll } from '../../6-crash-it/check.ts';
import { type Claim, claimsIn, isAgain, untilClaims } from '../../claims.ts';
import { emptyRedis } from '../../empty-redis.ts';
import { type Lab, type Solve, writeAnswers } from '../../lab.ts';
import { startInstance } from '../../start-instance.ts';
import { takeTrip } from '../../take-trip.ts';

export const solve: Solve = async (lab) => {
  await takeTrip(lab.running.url);
  const killed = await kill(lab);
  await takeTrip(lab.running.url);
  const paused = await pause(lab);
  await takeTrip(lab.running.url);
  const flushed = await flush(lab);
  await takeTrip(lab.running.url);
  writeAnswers(lab, { killed: killed.place, paused: paused.place, flushed: flushed.place });
  return async () => {};
};

/** Resolves with the claim that was made in the place of the killed one. */
async function kill(lab: Lab): Promise<Claim> {
  const known = new Set((await claimsIn(lab)).map(({ instance }) => instance));
  process.kill(lab.running.pidOf('trip'), 'SIGKILL');
  return untilClaims(lab, (claims) =>
    claims.find(({ before, instance }) => before !== undefined && !known.has(instance)),
  );
}

/** Resolves with the claim that was made in the place of the paused one, once that is back. */
async function pause(lab: Lab): Promise<Claim> {
  const partitions = (await lab.connection.reader.ranges([topics.tripEvents.name])).length;
  const known = new Set((await claimsIn(lab)).map(({ instance }) => instance));
  const isHeirs = ({ instance }: Claim) => !known.has(instance);
  const heir = await startInstance(lab.running, 'trip');
  const pid = lab.running.pidOf('trip');
  process.kill(pid, 'SIGSTOP');
  try {
    const taken = await untilClaims(lab, (claims) =>
      claims.findLast((claim) => isHeirs(claim) && tookAll(claims, claim, partitions)),
    );
    process.kill(pid, 'SIGCONT');
    const sleeper = taken.before?.instance;
    await untilClaims(lab, (claims) =>
      claims.find(
        ({ instance, generation }) => instance === sleeper && generation > taken.generation,
      ),
    );
    return taken;
  } finally {
    process.kill(pid, 'SIGCONT');
    await heir.stop();
  }
}

/** Resolves with a claim of an owner that noticed. */
async function flush(lab: Lab): Promise<Claim> {
  const known = new Set((await claimsIn(lab)).map(({ place }) => place));
  await emptyRedis(lab.running);
  return untilClaims(lab, (claims) =>
    claims.find((claim) => !known.has(claim.place) && isAgain(claim)),
  );
}
