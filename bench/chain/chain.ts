import { createCodec } from '../../platform/avro/codec.ts';
import { createSchemaRegistry } from '../../platform/avro/registry.ts';
import { createTopics } from '../../platform/kafka/admin.ts';
import { createKafka } from '../../platform/kafka/client.ts';
import { createProducer } from '../../platform/kafka/producer.ts';
import { createWriter } from '../../platform/kafka/writer.ts';
import type { Bench, Context, Floor, Row } from '../harness/bench.ts';
import { inTurn } from '../harness/in-turn.ts';
import { largestRate } from '../harness/largest-rate.ts';
import { createLoad, type Load } from './load.ts';
import { MESSAGE_BYTES, relayRecords, relaySchemas } from './relay.ts';
import { HOPS, type Variant, variants } from './variants.ts';

const PARTITIONS = 4;
/** A chain slower than this, at the 99th percentile, does not keep up. In milliseconds. */
const TOO_SLOW = 1_000;

interface Sizes {
  readonly rates: readonly [number, number];
  /** How long each side runs at the higher rate before it is measured: its code is compiled meanwhile. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly probeSeconds: number;
  /** Where the search for the largest rate ends. */
  readonly enough: number;
}
const full: Sizes = {
  rates: [100, 1_000],
  warmUpSeconds: 15,
  seconds: 6,
  probeSeconds: 10,
  enough: 200_000,
};
const tiny: Sizes = {
  rates: [50, 100],
  warmUpSeconds: 1,
  seconds: 1,
  probeSeconds: 1,
  enough: 200,
};

const floors: readonly Floor[] = [{ atMost: 8 }, { atMost: 25 }];
const sustainedFloor: Floor = { atLeast: 10_000 };

/** p50 and p99 in milliseconds at each of the rates. */
type Round = readonly { readonly p50: number; readonly p99: number }[];

export const chain: Bench = {
  name: 'chain',
  about: `${HOPS} aggregates in ${HOPS} processes, ${MESSAGE_BYTES}-byte messages, ${PARTITIONS} partitions, end to end; beside it the same on plain kafkajs`,
  servers: 'shared',
  async run(context) {
    const sizes = context.quick ? tiny : full;
    const loads = await createLoads(context);
    const measure = (variant: Variant) => async (): Promise<Round> => {
      const load = loadOf(loads, variant);
      const stop = await variant.start(context);
      await load.pass(sizes.rates[1], sizes.warmUpSeconds);
      const round = [];
      for (const rate of sizes.rates) {
        const { latencies } = await load.pass(rate, sizes.seconds);
        round.push({ p50: latencies.at(50), p99: latencies.at(99) });
      }
      await stop();
      return round;
    };
    const measured = await inTurn(
      context.rounds,
      {
        subscription: measure(variants.subscription),
        messages: measure(variants.messages),
        bare: measure(variants.bare),
        atLeastOnce: measure(variants.atLeastOnce),
        transactional: measure(variants.transactional),
      },
      { warmUp: false },
    );
    const sides = Object.keys(variants) as (keyof typeof variants)[];
    const rows: Row[] = [];
    for (const [i, rate] of sizes.rates.entries()) {
      for (const at of ['p50', 'p99'] as const) {
        for (const side of sides) {
          const of = (name: keyof typeof variants) =>
            measured[name].map((round) => round[i]?.[at] ?? 0);
          const floor = variants[side].isKernel && at === 'p50' ? floors[i] : undefined;
          rows.push({
            what: `${at} at ${rate.toLocaleString('en')}/s, ${variants[side].label}`,
            unit: 'ms',
            values: of(side),
            ...(floor && { floor }),
            ...(side !== 'bare' && { against: { what: 'bare', values: of('bare') } }),
          });
        }
      }
    }
    return [...rows, ...(await sustained(context, loads, sizes))];
  },
};

async function createLoads(context: Context): Promise<ReadonlyMap<Variant, Load>> {
  const { kafkaBrokers: brokers, schemaRegistryUrl: url } = context.backends;
  const all = Object.values(variants);
  const names = all.flatMap(({ topics }) => topics);
  await createTopics(
    brokers,
    names.map((name) => ({ name, partitions: PARTITIONS })),
  );
  const kafka = createKafka({ brokers, clientId: 'bench-load' });
  const producer = createProducer(kafka);
  await producer.connect();
  context.onEnd(() => producer.disconnect());
  const codec = createCodec({ registry: createSchemaRegistry({ url }), schemas: relaySchemas });
  await codec.register(relayRecords);
  const writer = createWriter(producer, PARTITIONS);
  const loads = new Map<Variant, Load>();
  for (const variant of all) {
    const load = await createLoad({ kafka, codec, writer }, variant);
    context.onEnd(() => load.close());
    loads.set(variant, load);
  }
  return loads;
}

/** The largest rate at which 99 of 100 arrive within a second and no lag grows. */
async function sustained(
  context: Context,
  loads: ReadonlyMap<Variant, Load>,
  { probeSeconds, warmUpSeconds, enough, rates }: Sizes,
): Promise<readonly Row[]> {
  const rows = new Map<Variant, Row>();
  for (const variant of Object.values(variants)) {
    const load = loadOf(loads, variant);
    const stop = await variant.start(context);
    await load.pass(rates[1], warmUpSeconds);
    const holds = async (rate: number) => {
      const { latencies, isSteady } = await load.pass(rate, probeSeconds);
      return isSteady && latencies.at(99) < TOO_SLOW;
    };
    const rate = await largestRate(variant.searchFrom, holds, enough);
    await stop();
    rows.set(variant, {
      what: `largest rate sustained, ${variant.label}`,
      unit: '/s',
      values: [rate],
      ...(variant.isKernel && { floor: sustainedFloor }),
    });
  }
  const bare = rows.get(variants.bare)?.values ?? [];
  return [...rows].map(([variant, row]) =>
    variant === variants.bare ? row : { ...row, against: { what: 'bare', values: bare } },
  );
}

function loadOf(loads: ReadonlyMap<Variant, Load>, variant: Variant): Load {
  const load = loads.get(variant);
  if (load === undefined) throw new Error(`${variant.label} has no load`);
  return load;
}
