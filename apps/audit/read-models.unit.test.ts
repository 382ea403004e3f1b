import { expect, it } from 'vitest';
import { Audit } from './audit.ts';
import type { Place } from './findings.ts';
import type { Found } from './read-models.ts';
import { wholeTrip } from './testing/story.ts';
import type { Kind } from './topology.ts';

const quote = { amountMinor: 1_100, currency: 'EUR' };
const pickup = { latitude: 52.52, longitude: 13.405 };
const dropoff = { latitude: 52.54, longitude: 13.45 };

/** What Redis has to hold after a whole trip. */
const documents = () => ({
  'rider ada': {
    status: 'active',
    riderId: 'ada',
    name: 'Ada',
    registeredAt: 1,
    account: { currency: 'EUR', deposited: 5_000, available: 3_900, held: 0, captured: 1_100 },
    hold: null,
    endedTripIds: ['t1'],
    depositIds: ['p1'],
  },
  'driver bob': {
    status: 'available',
    driverId: 'bob',
    name: 'bob',
    vehicle: 'Hail One',
    registeredAt: 1,
  },
  'driver eve': {
    status: 'available',
    driverId: 'eve',
    name: 'eve',
    vehicle: 'Hail One',
    registeredAt: 1,
  },
  'dispatch t1': { status: 'matched', tripId: 't1', attempt: 1, round: 1, driverId: 'bob' },
  'trip t1': {
    status: 'completed',
    tripId: 't1',
    riderId: 'ada',
    pickup,
    dropoff,
    distanceMetres: 4_745,
    durationSeconds: 569,
    quote,
    surge: 1,
    requestedAt: 2,
    attempt: 1,
    excludedDriverIds: [],
    driverId: 'bob',
    offerId: 't1.1.1.0',
    assignedAt: 5,
    arrivedAt: 6,
    startedAt: 7,
    fare: quote,
    completedAt: 8,
    ratings: { rider: { stars: 5, comment: null }, driver: null },
  },
});

type Stored = Record<string, { version: number; state: unknown }>;

/** Audits a whole trip against a read model that `doctor` may change. */
async function compare(
  doctor: (stored: Stored) => void = () => {},
  read = 1_000,
  atTheEnd: (kept: readonly string[]) => void = () => {},
) {
  const { h } = wholeTrip();
  const lastOf = (kind: string, id: string) =>
    h.records.findLast(({ topic, key }) => topic === `${kind}.events` && key === id)?.offset ?? -1;
  const stored: Stored = Object.fromEntries(
    Object.entries(documents()).map(([name, state]) => {
      const [kind, id] = name.split(' ') as [Kind, string];
      return [name, { version: lastOf(kind, id), state }];
    }),
  );
  doctor(stored);
  const audit = new Audit({
    decode: (value) => JSON.parse(value.toString()),
    partitionOf: () => 0,
    documents: async (kind, _, ids): Promise<readonly (Found | undefined)[]> =>
      ids.map((id) => stored[`${kind} ${id}`]),
  });
  for (const record of h.records) {
    audit.take(record);
    await audit.readModels?.compareEnded();
  }
  audit.end({ quiet: true });
  atTheEnd(audit.readModels?.kept ?? []);
  await audit.readModels?.finish(({ offset }: Place) => offset < read, 0);
  return audit.findings;
}

it('finds that the read models are the fold of the logs', async () => {
  const findings = await compare();
  expect(findings.violations).toEqual([]);
  expect(findings.counts()).toMatchObject({ 'documents compared': 5 });
});

it('names each field that differs, with what it is and what it should be', async () => {
  const { violations } = await compare((stored) => {
    const rider = stored['rider ada']?.state as { account: object };
    Object.assign(rider.account, { available: 4_000, bonus: 1 });
  });
  expect(violations).toMatchObject([
    {
      kind: 'read model',
      topic: 'rider.events',
      text: 'rider ada, account.available: 4000, the log makes it 3900',
    },
    { text: 'rider ada, account.bonus: 1, the log makes it undefined' },
  ]);
});

it('names a trip that is wrong, or missing, or behind', async () => {
  const wrong = await compare((stored) => {
    Object.assign(stored['trip t1']?.state as object, { ratings: { rider: null, driver: null } });
  });
  expect(wrong.violations).toMatchObject([{ kind: 'read model', tripId: 't1' }]);
  const missing = await compare((stored) => {
    delete stored['dispatch t1'];
  });
  expect(missing.violations).toMatchObject([{ text: expect.stringContaining('is missing') }]);
  const behind = await compare((stored) => {
    if (stored['trip t1']) stored['trip t1'].version = 0;
  });
  expect(behind.violations).toMatchObject([{ text: expect.stringContaining('is of version') }]);
});

it('forgets what has ended and is right, also when more came after the end', async () => {
  const kept: string[] = [];
  await compare(undefined, undefined, (ids) => kept.push(...ids));
  expect(kept.toSorted()).toEqual(['driver bob', 'driver eve', 'rider ada']);
});

it('leaves alone what has moved on beyond what was read, and nothing else', async () => {
  const move = (stored: Stored) => {
    if (stored['driver bob']) stored['driver bob'].version = 99;
  };
  const moved = await compare(move, 90);
  expect(moved.violations).toEqual([]);
  expect(moved.counts()).toMatchObject({ 'documents that moved on': 1 });
  expect((await compare(move)).violations).toMatchObject([{ kind: 'read model' }]);
});
