import { setTimeout as sleep } from 'node:timers/promises';
import { cloudEvent } from '../platform/log/envelope.ts';
import { connectRedis } from '../platform/redis/connect.ts';
import { topics } from '../schemas/topics.ts';
import type { Bench } from './harness/bench.ts';
import { hailTopics } from './harness/hail.ts';
import { inTurn } from './harness/in-turn.ts';
import { metric } from './harness/metric.ts';

const TYPE = 'DriverLocated';
const DRIVERS = 5_000;
const AT_ONCE = 1_000;
const LOOK_EVERY = 20;

export const locations: Bench = {
  name: 'locations',
  about:
    'location pings from the topic into the index of one driver process, and raw pipelined GEOADD',
  servers: 'empty',
  async run(context) {
    const { quick, rounds, backends, start, onEnd } = context;
    const pings = quick ? 1_000 : 100_000;
    const { codec, writer } = await hailTopics(context, [TYPE]);
    const driver = await start('driver', 'services/driver/main.ts');
    const placed = () => metric(driver.ready['admin'] as string, 'hail_locations_total');
    const redis = connectRedis(backends.redisUrl, 'bench');
    onEnd(() => redis.disconnect());

    let clock = Date.now();
    const position = (i: number) => ({
      latitude: 52.5 + (i % 97) / 1_000,
      longitude: 13.4 + (i % 89) / 1_000,
    });
    const send = async (count: number) => {
      for (let i = 0; i < count; i += AT_ONCE) {
        clock += 1;
        const messages = Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, n) => {
          const driverId = `driver-${(i + n) % DRIVERS}`;
          const data = { driverId, position: position(i + n), recordedAt: clock };
          const headers = cloudEvent('/hail/bench', `ping-${clock}-${n}`, codec.fullName(TYPE));
          const record = { key: driverId, value: codec.encode(TYPE, data), headers };
          return { topic: topics.driverLocations.name, record };
        });
        await writer.send(messages);
      }
    };
    // The stream begins at the end of the topic, wherever that is when it has joined.
    while ((await placed()) === 0) {
      await send(1);
      await sleep(LOOK_EVERY);
    }

    const measured = await inTurn(rounds, {
      index: async () => {
        // What the first pings left under way must not count here.
        let before = await placed();
        for (let last = -1; last !== before; before = await placed()) {
          last = before;
          await sleep(5 * LOOK_EVERY);
        }
        const began = performance.now();
        const sending = send(pings);
        while ((await placed()) < before + pings) await sleep(LOOK_EVERY);
        await sending;
        return pings / (performance.now() - began);
      },
      raw: async () => {
        const began = performance.now();
        for (let i = 0; i < pings; i += AT_ONCE) {
          const pipeline = redis.pipeline();
          for (let n = i; n < Math.min(pings, i + AT_ONCE); n += 1) {
            const { longitude, latitude } = position(n);
            pipeline.geoadd('bench-raw-locations', longitude, latitude, `driver-${n % DRIVERS}`);
          }
          await pipeline.exec();
        }
        return pings / (performance.now() - began);
      },
    });
    const against = { what: 'pipelined GEOADD', values: measured.raw };
    return [
      { what: 'pings, topic to index', unit: 'k/s', values: measured.index, against },
      { what: 'pipelined GEOADD', unit: 'k/s', values: measured.raw },
    ];
  },
};
