import { beforeAll, describe, expect, it } from 'vitest';
import { createCommandSender } from '../../platform/kafka/command-sender.ts';
import type { Codec, LogRecord } from '../../platform/log/ports.ts';
import { type RunnerOptions, runAggregate } from '../../platform/log/runner.ts';
import { nextTraceparent } from '../../platform/telemetry/traceparent.ts';
import { jsonCodec } from '../../platform/testing/json-codec.ts';
import { Chance } from '../../platform/testing/simulation/chance.ts';
import { SimulatedGroup } from '../../platform/testing/simulation/group.ts';
import { Instance } from '../../platform/testing/simulation/instance.ts';
import { SimulatedKafka } from '../../platform/testing/simulation/kafka.ts';
import { SimulatedRedis } from '../../platform/testing/simulation/redis.ts';
import { Scheduler } from '../../platform/testing/simulation/scheduler.ts';
import { headersOf } from '../../schemas/asyncapi-message.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import { dispatchAggregate } from '../../services/driver/dispatch/aggregate.ts';
import { driverAggregate } from '../../services/driver/driver/aggregate.ts';
import { riderAggregate } from '../../services/rider/aggregate.ts';
import { tripAggregate } from '../../services/trip/aggregate.ts';
import { hailTraffic } from './traffic.ts';

const schemas = loadSchemas();
const traffic = hailTraffic();
const codec: Codec = { ...jsonCodec, fullName: (type) => schemas.get(type)?.fullName ?? type };
const scheduler = new Scheduler();
const kafka = new SimulatedKafka(1, () => scheduler.now);
const redis = new SimulatedRedis(() => scheduler.now);
const chance = (name: string) => new Chance(1, name);
const instance = new Instance('a', scheduler, chance('a'), { least: 1, most: 1 }, () => {});

const here = { latitude: 52.52, longitude: 13.405 };
const there = { latitude: 52.54, longitude: 13.405 };
const amount = { amountMinor: 9_000, currency: 'EUR' };

/** A trip up to its driver, by the real aggregates on a simulated Kafka, and a message that none can read. */
beforeAll(async () => {
  const join: RunnerOptions<never, never>['join'] = (_, names, events) =>
    new SimulatedGroup({ kafka, scheduler, chance }).join(instance, names, events);
  let tokens = 0;
  const options = {
    instance: 'a',
    codec,
    clock: instance.clock,
    writer: kafka.writer(instance),
    join,
    store: redis.store.bind(redis, instance),
    observe: () => () => {},
    token: () => String(++tokens),
  };
  const answer = async (questions: readonly unknown[]) =>
    questions.map(() => [{ driverId: 'd', distanceMetres: 10 }]);
  await inTime(runAggregate(riderAggregate, options));
  await inTime(runAggregate(driverAggregate, options));
  await inTime(runAggregate(tripAggregate(), options));
  await inTime(runAggregate(dispatchAggregate(), { ...options, answer }));

  const facade = createCommandSender(codec, kafka.writer(instance), '/hail/facade');
  const send = (topic: Topic, type: string, data: Record<string, unknown>) =>
    inTime(facade.send(topic.name, String(data[topic.key]), [{ type, data }], nextTraceparent()));
  const seen = ({ name }: Topic, type: string) =>
    until(() => kafka.all(name).map(typeOf).includes(type));

  await send(topics.riderCommands, 'RegisterRider', { riderId: 'r', name: 'A', currency: 'EUR' });
  await send(topics.riderCommands, 'DepositFunds', { riderId: 'r', depositId: 'p', amount });
  await send(topics.driverCommands, 'RegisterDriver', { driverId: 'd', name: 'B', vehicle: 'C' });
  await send(topics.driverCommands, 'GoOnline', { driverId: 'd' });
  await seen(topics.driverEvents, 'DriverWentOnline');
  const place = { position: here, recordedAt: 0 };
  await send(topics.driverLocations, 'DriverLocated', { driverId: 'd', ...place });
  const trip = { tripId: 't', riderId: 'r', pickup: here, dropoff: there };
  await send(topics.tripCommands, 'RequestTrip', trip);
  await seen(topics.driverEvents, 'OfferMade');
  await send(topics.driverCommands, 'AcceptOffer', { driverId: 'd', offerId: 't.1.1.0' });
  await seen(topics.tripEvents, 'TripAssigned');
  await send(topics.driverCommands, 'RegisterDriver', { driverId: '' });
  await until(() => kafka.all(topics.driverCommandsDlq.name).length === 1);
});

/** Lets virtual time pass until it holds; half a minute at most. */
async function until(done: () => boolean): Promise<void> {
  expect(await scheduler.run({ until: scheduler.now + 30_000, done })).toBe('done');
}

/** Lets virtual time pass until the promise is kept. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  await until(() => settled);
  return watched;
}

function typeOf({ value }: LogRecord): string {
  return codec.decode(value ?? Buffer.alloc(0)).type;
}

describe('the headers that are described', () => {
  const quiet = (topic: Topic) => topic.kind === 'dlq' && topic.name !== 'driver.commands.dlq';
  const busy = Object.values<Topic>(topics).filter((topic) => !quiet(topic));

  it.each(busy)('are those that are written to $name', (topic) => {
    const records = kafka.all(topic.name);
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) {
      const { error } = headersOf(typeOf(record), topic, traffic).safeParse(record.headers);
      expect(error, `${typeOf(record)}: ${JSON.stringify(record.headers)}`).toBeUndefined();
    }
  });

  it('tell an event from a command', () => {
    const [request] = kafka.all(topics.tripCommands.name);
    const asEvent = headersOf('TripRequested', topics.tripEvents, traffic);
    expect(asEvent.safeParse(request?.headers).success).toBe(false);
  });
});
