import { type Connections, openConnections } from '../../apps/simulator/connections.ts';
import { createTopics } from '../../platform/kafka/admin.ts';
import type { Context } from '../harness/bench.ts';
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
/** As many as there can be exchanges under way before a rate is given up. */
const CONNECTIONS = 2_000;
const json = { 'content-type': 'application/json' };
const ride = {
  pickup: { latitude: 52.52, longitude: 13.405 },
  dropoff: { latitude: 52.526, longitude: 13.41 },
};

/**
 * Hail, asked in two ways: one `POST /trips` with `Prefer: wait`, which is answered when the rider has been
 * verified, that is when the trip is `searching`; or a `POST /trips`, then `GET` with `Prefer: wait` until it
 * is. Facade, trip and rider run, and do all they do: validation, the trip's quote, money held, logs, read
 * models. Nobody searches.
 */
export async function hailSides(
  context: Context,
): Promise<{ readonly post: Side; readonly postThenGet: Side }> {
  const riders = await createRiders(context);
  const [facade] = await Promise.all([
    context.start('facade', 'apps/facade/main.ts', { PORT: '0' }),
    context.start('trip', 'services/trip/main.ts'),
    context.start('rider', 'services/rider/main.ts'),
  ]);
  const client = clientOf(context, facade.ready['url']);
  const post = async (wanted: number, headers: Record<string, string>) => {
    const body = JSON.stringify({ riderId: riders.take(), ...ride });
    const posted = await client.request('POST', '/trips', { ...json, ...headers }, body);
    if (posted.status === wanted) return posted;
    throw new Error(`POST /trips was answered ${posted.status}: ${posted.text}`);
  };
  const prepare = (count: number) => riders.prepare(count);
  return {
    post: {
      label: 'Hail',
      prepare,
      async exchange() {
        const { text } = await post(201, { prefer: 'wait=30' });
        if (JSON.parse(text).status !== 'searching') throw new Error(`not verified: ${text}`);
      },
    },
    postThenGet: {
      label: 'Hail, POST then GET',
      prepare,
      async exchange() {
        const path = String((await post(202, {})).headers['location']);
        let tag = '';
        for (;;) {
          const headers = { prefer: 'wait=30', ...(tag && { 'if-none-match': tag }) };
          const found = await client.request('GET', path, headers);
          const { status } = JSON.parse(found.text);
          if (status === 'searching') return;
          if (found.status !== 200 || !['pending', 'requested'].includes(status)) {
            throw new Error(`${path} was answered ${found.status}: ${found.text}`);
          }
          tag = String(found.headers['etag']);
        }
      },
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
      const body = JSON.stringify({ riderId: `rider-${n}`, ...ride });
      const { status, text } = await client.request('POST', '/trips', json, body);
      if (status !== 200 || JSON.parse(text).outcome !== 'VERIFIED') {
        throw new Error(`NestJS answered ${status}: ${text}`);
      }
    },
  };
}

function clientOf(context: Context, url: unknown): Connections {
  const client = openConnections(String(url), CONNECTIONS);
  context.onEnd(() => client.close());
  return client;
}
