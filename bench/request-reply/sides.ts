import { createTopics } from '../../platform/kafka/admin.ts';
import type { Context } from '../harness/bench.ts';
import { createHttpClient, type HttpClient } from './http-load.ts';
import { createRiders } from './riders.ts';

/** A rider is verified over HTTP: how it is asked, and until when it lasts. */
export interface Side {
  /** As it is called in the tables. */
  readonly label: string;
  /** Whatever so many exchanges need beforehand. */
  prepare(count: number): Promise<void>;
  /** Asks, and resolves with the answer in hand. Rejects when it is another than `verified`. */
  exchange(): Promise<void>;
}

const TOPIC = 'bench-verify';
const PARTITIONS = 4;
const ride = {
  pickup: { latitude: 52.52, longitude: 13.405 },
  dropoff: { latitude: 52.526, longitude: 13.41 },
};

/**
 * Hail: `POST /trips`, then `GET` with `Prefer: wait` until the rider has been verified, which shows as
 * `searching`. Facade, trip and rider run, and do all they do: validation, the trip's quote, money held,
 * logs, read models. Nobody searches.
 */
export async function hailSide(context: Context): Promise<Side> {
  const riders = await createRiders(context);
  const [facade] = await Promise.all([
    context.start('facade', 'apps/facade/main.ts', { PORT: '0' }),
    context.start('trip', 'services/trip/main.ts'),
    context.start('rider', 'services/rider/main.ts'),
  ]);
  const client = clientOf(context, facade.ready['url']);
  return {
    label: 'Hail',
    prepare: (count) => riders.prepare(count),
    async exchange() {
      const posted = await client.post('/trips', { riderId: riders.take(), ...ride });
      if (posted.status !== 202) throw new Error(`POST /trips was answered ${posted.status}`);
      const path = String(posted.headers['location']);
      let tag = '';
      for (;;) {
        const found = await client.get(path, {
          prefer: 'wait=30',
          ...(tag && { 'if-none-match': tag }),
        });
        const status = found.body?.status;
        if (status === 'searching') return;
        if (found.status !== 200 || !['pending', 'requested'].includes(status)) {
          throw new Error(`${path} was answered ${found.status}: ${JSON.stringify(found.body)}`);
        }
        tag = String(found.headers['etag']);
      }
    },
  };
}

/** NestJS: one `POST`, which the gateway answers when the reply has come over Kafka. Nothing is kept. */
export async function nestSide(context: Context): Promise<Side> {
  const names = [TOPIC, `${TOPIC}.reply`];
  await createTopics(
    context.backends.kafkaBrokers,
    names.map((name) => ({ name, partitions: PARTITIONS })),
  );
  const env = { BENCH_TOPIC: TOPIC };
  await context.start('nest-replier', 'bench/request-reply/nest-replier.ts', env);
  const gateway = await context.start('nest-gateway', 'bench/request-reply/nest-gateway.ts', env);
  const client = clientOf(context, gateway.ready['url']);
  let n = 0;
  return {
    label: 'NestJS',
    async prepare() {},
    async exchange() {
      n += 1;
      const { status, body } = await client.post('/trips', { riderId: `rider-${n}`, ...ride });
      if (status !== 200 || body.outcome !== 'VERIFIED') {
        throw new Error(`NestJS answered ${status}: ${JSON.stringify(body)}`);
      }
    },
  };
}

function clientOf(context: Context, url: unknown): HttpClient {
  const client = createHttpClient(String(url));
  context.onEnd(() => client.close());
  return client;
}
