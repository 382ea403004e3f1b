import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCommandSender } from '../../platform/kafka/command-sender.ts';
import { systemClock } from '../../platform/log/clock.ts';
import type { Codec, LogRecord } from '../../platform/log/ports.ts';
import { type Runner, runAggregate } from '../../platform/log/runner.ts';
import { nextTraceparent } from '../../platform/telemetry/traceparent.ts';
import { jsonCodec } from '../../platform/testing/json-codec.ts';
import { SimulatedKafka } from '../../platform/testing/simulated-kafka.ts';
import { SimulatedRedis } from '../../platform/testing/simulated-store.ts';
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
const kafka = new SimulatedKafka(1);
const runners: Runner[] = [];

const here = { latitude: 52.52, longitude: 13.405 };
const there = { latitude: 52.54, longitude: 13.405 };
const amount = { amountMinor: 9_000, currency: 'EUR' };

/** A trip up to its driver, by the real aggregates on a simulated Kafka, and a message that none can read. */
beforeAll(async () => {
  const redis = new SimulatedRedis();
  let tokens = 0;
  const options = {
    instance: 'a',
    codec,
    clock: systemClock,
    writer: kafka.writer(),
    join: kafka.join.bind(kafka),
    store: redis.store.bind(redis),
    observe: () => () => {},
    token: () => String(++tokens),
  };
  const answer = async (questions: readonly unknown[]) =>
    questions.map(() => [{ driverId: 'd', distanceMetres: 10 }]);
  runners.push(await runAggregate(riderAggregate, options));
  runners.push(await runAggregate(driverAggregate, options));
  runners.push(await runAggregate(tripAggregate(), options));
  runners.push(await runAggregate(dispatchAggregate(), { ...options, answer }));

  const facade = createCommandSender(codec, kafka.writer(), '/hail/facade');
  const send = (topic: Topic, type: string, data: Record<string, unknown>) =>
    facade.send(topic.name, String(data[topic.key]), [{ type, data }], nextTraceparent());
  const seen = ({ name }: Topic, type: string) =>
    vi.waitFor(() => expect(kafka.all(name).map(typeOf)).toContain(type));

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
  await vi.waitFor(() => expect(kafka.all(topics.driverCommandsDlq.name)).toHaveLength(1));
});
afterAll(() => Promise.all(runners.map((runner) => runner.stop(100))));

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
