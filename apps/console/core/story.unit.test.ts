import { describe, expect, it } from 'vitest';
import { Epochs } from './epochs.ts';
import { aboutTrip, everyValueOf } from './membership.ts';
import { renderMermaid } from './mermaid.ts';
import type { Shown } from './show.ts';
import { tellSteps } from './steps.ts';

const trip = 'trip-1';
const [ann, bea] = ['driver-0001', 'driver-0002'];

/** A record of partition 0; `timestamp` counts from the story's beginning. */
function record(
  place: string,
  timestamp: number,
  type: string,
  key: string,
  headers: Record<string, string> = {},
  data: object = { tripId: trip },
): Shown {
  const [topic, offset] = place.split('@') as [string, string];
  const what = topic.endsWith('.events')
    ? 'event'
    : /Ver.*ion|Answer/.test(type)
      ? 'reply'
      : 'command';
  const [kind] = topic.split('.');
  const source = { ce_source: `/hail/${topic.endsWith('.events') ? kind : 'facade'}` };
  return {
    ...{ topic, partition: 0, offset: Number(offset), timestamp, key, what, type, data, bytes: 1 },
    headers: { ce_id: place, ...source, ...headers },
  };
}

const asks = (to: string, correlation: string) => ({
  kafka_replyTopic: to,
  kafka_correlationId: correlation,
});
const answers = (correlation: string) => ({ kafka_correlationId: correlation });

/** A trip up to its assignment: Ann declines, Bea accepts. Clocks disagree by a millisecond or two. */
const history = {
  request: record('trip.commands@4', 0, 'RequestTrip', trip),
  requested: record('trip.events@9', 3, 'TripRequested', trip, {
    cause: 'trip.commands/0/4',
    epoch: '2.0',
  }),
  verify: record('rider.commands@7', 5, 'VerifyRider', 'rider-1', {
    ...{ origin: 'trip.events/0/9/0', ce_source: '/hail/trip' },
    ...asks('trip.commands', trip),
  }),
  verified: record('rider.events@5', 2, 'RiderVerified', 'rider-1', {
    ...{ cause: 'rider.commands/0/7', epoch: '1.4', origin: 'trip.events/0/9/0' },
    ...asks('trip.commands', trip),
  }),
  verification: record('trip.commands@5', 7, 'RiderVerification', trip, {
    ...{ origin: 'rider.events/0/5/0', ce_source: '/hail/rider' },
    ...answers(trip),
  }),
  searching: record('trip.events@10', 8, 'DriverSearchStarted', trip, {
    cause: 'trip.commands/0/5',
    epoch: '2.1',
  }),
  opened: record('dispatch.events@3', 10, 'OfferRoundOpened', trip, {
    cause: 'trip.events/0/10/2.1',
    epoch: '0.1',
  }),
  toAnn: record(
    ...(['driver.commands@1', 12, 'OfferTrip', ann] as const),
    {
      origin: 'dispatch.events/0/3/0',
      ce_source: '/hail/dispatch',
      ...asks('dispatch.commands', 'offer-a'),
    },
    { tripId: trip, driverId: ann, offerId: 'offer-a' },
  ),
  toBea: record(
    ...(['driver.commands@2', 12, 'OfferTrip', bea] as const),
    {
      origin: 'dispatch.events/0/3/1',
      ce_source: '/hail/dispatch',
      ...asks('dispatch.commands', 'offer-b'),
    },
    { tripId: trip, driverId: bea, offerId: 'offer-b' },
  ),
  accepts: record(
    'driver.commands@3',
    30,
    'AcceptOffer',
    bea,
    {},
    { driverId: bea, offerId: 'offer-b' },
  ),
  accepted: record('driver.events@6', 31, 'OfferAccepted', bea, {
    cause: 'driver.commands/0/3',
    epoch: '0.6',
  }),
  answer: record('dispatch.commands@0', 33, 'OfferAnswer', trip, {
    ...{ origin: 'driver.events/0/6/0', ce_source: '/hail/driver' },
    ...answers('offer-b'),
  }),
  expired: record('dispatch.events@4', 60, 'OfferRoundClosed', trip, {
    cause: 'deadline/60',
    epoch: '0.2',
  }),
};

const all = Object.values(history);
const told = tellSteps(all.toReversed().map((record) => ({ record })));
const step = (name: keyof typeof history) => {
  const found = told.find(({ record }) => record === history[name]);
  if (found === undefined) throw new Error(`${name} is not in the story`);
  return found;
};

describe('a story', () => {
  it('comes in causal order, whatever the clocks say', () => {
    expect(told.map(({ record }) => record)).toEqual(all);
    expect(step('verified')).toMatchObject({ msSinceStart: 2, msSinceCause: -3, cause: 2 });
  });

  it('says who spoke to whom, and in which style', () => {
    const lines = told.map(({ from, to, style }) => `${from} > ${to.join()}: ${style}`);
    expect(lines).toEqual([
      'facade > trip: one-way notification',
      'trip > : publish/subscribe',
      'trip > rider: request/async response',
      'rider > : publish/subscribe',
      'rider > trip: request/async response',
      'trip > dispatch: publish/subscribe',
      'dispatch > : publish/subscribe',
      'dispatch > driver: publish/async responses',
      'dispatch > driver: publish/async responses',
      'facade > driver: one-way notification',
      'driver > : publish/subscribe',
      'driver > dispatch: publish/async responses',
      'dispatch > : publish/subscribe',
    ]);
  });

  it('lets a deadline come of the event that set it', () => {
    expect(step('expired')).toMatchObject({ deadline: 60, msSinceCause: 50 });
    expect(told[step('expired').cause as number]?.record).toBe(history.opened);
  });

  it('marks what never happened: a zombie’s event and a repeated one', () => {
    const again = { ...history.requested, offset: 11, timestamp: 9 };
    const zombie = { ...history.requested, offset: 12, timestamp: 9, headers: { epoch: '1.7' } };
    const steps = tellSteps([
      ...all.map((record) => ({ record })),
      { record: again },
      { record: zombie, zombie: true },
    ]);
    const voids = steps.filter((step) => step.void !== undefined);
    expect(voids.map((step) => [step.record.offset, step.void])).toEqual([
      [11, 'repeated'],
      [12, 'zombie'],
    ]);
    expect(renderMermaid({ tripId: trip, steps })).toBe(
      renderMermaid({ tripId: trip, steps: told }),
    );
  });

  it('loses nothing when headers lie in a circle', () => {
    const one = record('trip.events@1', 1, 'A', trip, { cause: 'rider.events/0/1', epoch: '0.0' });
    const other = record('rider.events@1', 1, 'B', trip, {
      cause: 'trip.events/0/1',
      epoch: '0.0',
    });
    expect(tellSteps([{ record: one }, { record: other }])).toHaveLength(2);
  });

  it('can be drawn', () => {
    expect(renderMermaid({ tripId: trip, steps: told.slice(0, 9) })).toBe(
      `sequenceDiagram
  autonumber
  %% trip trip-1
  participant facade
  participant trip
  participant rider
  participant dispatch
  participant driver
  facade-)trip: RequestTrip
  trip->>trip: TripRequested (+3 ms)
  trip->>rider: VerifyRider (+2 ms)
  rider->>rider: RiderVerified (-3 ms)
  rider-->>trip: RiderVerification (+5 ms)
  trip->>trip: DriverSearchStarted (+1 ms)
  trip--)dispatch: DriverSearchStarted
  dispatch->>dispatch: OfferRoundOpened (+2 ms)
  dispatch->>driver: OfferTrip …0001 (+2 ms)
  dispatch->>driver: OfferTrip …0002 (+2 ms)
`,
    );
  });
});

describe('the records of a trip', () => {
  it('are those that name it or its offers, and what comes of them', () => {
    const certain = [history.opened, history.answer];
    const other = record(
      'driver.commands@9',
      40,
      'OfferTrip',
      bea,
      {},
      { tripId: 'trip-2', offerId: 'x' },
    );
    const refused = record(
      ...(['driver.events@8', 41, 'DriverCommandRefused', bea] as const),
      { cause: 'driver.commands/0/3', epoch: '0.8' },
      { driverId: bea, command: 'AcceptOffer' },
    );
    const online = record('driver.commands@0', 1, 'GoOnline', bea, {}, { driverId: bea });
    const opened = { ...history.opened, data: { offers: [{ offerId: 'offer-b', driverId: bea }] } };
    // The refusal stands before the command that it comes of.
    const candidates = [refused, online, other, history.accepts, history.accepted];
    expect(new Set(aboutTrip(trip, [opened, ...certain], candidates))).toEqual(
      new Set([opened, ...certain, refused, history.accepts, history.accepted]),
    );
    expect(everyValueOf('driverId', [opened])).toEqual([bea]);
  });
});

describe('epochs', () => {
  const event = (offset: number, epoch: string) => ({
    ...{ topic: 't', partition: 0, offset, key: '', value: null, timestamp: 0 },
    headers: { epoch },
  });
  const claim = (offset: number) => ({
    ...event(offset, ''),
    headers: { ce_type: 'hail.log.ShardClaimed' },
  });

  it('tell a zombie’s event also for a reader that began in the middle', () => {
    const late = event(102, '60.9');
    const [valid, after, lost] = [event(101, '90.3'), event(104, '103.0'), event(105, '90.4')];
    const epochs = new Epochs();
    for (const record of [late, valid, claim(103), after, lost]) epochs.see(record);
    expect([valid, late, after, lost].map((record) => epochs.isZombie(record))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
