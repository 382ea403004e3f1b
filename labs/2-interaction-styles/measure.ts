import { setTimeout as sleep } from 'node:timers/promises';
import { findStory } from '../../apps/console/core/story.ts';
import { topics } from '../../schemas/topics.ts';
import type { Lab } from '../lab.ts';
import { pair, request, ride, settled, type Wish } from '../take-trip.ts';
import { type DirectRider, startDirectRider } from './direct.ts';
import { type Exchanges, exchangesOf } from './exchanges.ts';

/** Less than after which a consumer group gives a silent member up (6 s), in milliseconds. */
const STOPPED_FOR = 2_500;
const QUOTE = 1_000;

/**
 * Measures every style on the running system, and the synchronous exchange beside them, `rounds` times each; then
 * with the rider service stopped. Resolves with the trip that was requested meanwhile.
 */
export async function measure(lab: Lab, say: (text: string) => void, rounds = 10): Promise<string> {
  const { running, connection } = lab;
  const direct = await startDirectRider(running);
  const partitions = (await connection.reader.ranges([topics.riderEvents.name])).length;
  const wish = await pair(running.url);
  const ask = () => direct.ask({ riderId: wish.riderId, amountMinor: QUOTE, partitions });
  const times = new Map<string, number[]>();
  const note = (what: string, ms: number) => times.set(what, [...(times.get(what) ?? []), ms]);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const [tripId, accepted] = await timed(() => request(wish));
      note('one-way notification: RequestTrip until 202', accepted);
      await ride(wish, tripId);
      await settled(wish);
      for (const [what, ms] of Object.entries(spans(await exchanged(lab, tripId)))) note(what, ms);
      note('synchronous: POST /verify until the answer', (await timed(ask))[1]);
    }
    say(
      `${`${rounds} trips, times in milliseconds`.padEnd(70)} ${'median'.padStart(8)} ${'longest'.padStart(9)}`,
    );
    for (const [what, all] of times) say(line(what, all));
    return await stopped(lab, wish, direct, ask, say);
  } finally {
    direct.stop();
    await wish.client.goOffline(wish.driverId);
    wish.client.api.close();
  }
}

/** What happens to each exchange while the rider service does not run. */
async function stopped(
  { running }: Lab,
  wish: Wish,
  direct: DirectRider,
  ask: () => Promise<string>,
  say: (text: string) => void,
): Promise<string> {
  const pids = [running.pidOf('rider'), direct.pid];
  const end = sleep(STOPPED_FOR);
  let tripId: string;
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  say(`\nBoth rider services are stopped for ${STOPPED_FOR} ms:`);
  try {
    const [id, ms] = await timed(() => request(wish));
    tripId = id;
    say(`  one-way notification: 202 after ${ms.toFixed(0)} ms, trip ${tripId}`);
    const [answer, failed] = await timed(() => ask().catch((error: Error) => error.message));
    say(
      `  synchronous: after ${failed.toFixed(0)} ms "${answer}"; the caller must know what to do now`,
    );
    const { status } = await wish.client.api.get<{ status: string }>(`/trips/${tripId}`);
    say(`  request/async response: the trip is "${status}", its question waits in rider.commands`);
    await end;
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  await ride(wish, tripId);
  await settled(wish);
  say(
    'They go on: the answer came, a driver was found, the trip is completed. Nobody asked again.',
  );
  return tripId;
}

async function exchanged({ connection }: Lab, tripId: string): Promise<Exchanges> {
  const exchanges = exchangesOf(await findStory(connection, tripId));
  if (exchanges === undefined) throw new Error(`trip ${tripId} does not show all styles`);
  return exchanges;
}

/** From record to record, as their time stamps have it. */
function spans({ request: asked, answer, published, reaction, offer, response }: Exchanges) {
  const between = (from: typeof asked, to: typeof asked) => to.msSinceStart - from.msSinceStart;
  return {
    'request/async response: VerifyRider to RiderVerification': between(asked, answer),
    'publish/subscribe: DriverSearchStarted to OfferRoundOpened': between(published, reaction),
    'publish/async responses: OfferTrip to OfferAnswer (a person decides)': between(
      offer,
      response,
    ),
  };
}

async function timed<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now();
  const result = await run();
  return [result, performance.now() - began];
}

function line(what: string, all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] as number;
  const longest = sorted.at(-1) as number;
  return `${what.padEnd(70)} ${median.toFixed(1).padStart(8)} ${longest.toFixed(1).padStart(9)}`;
}
