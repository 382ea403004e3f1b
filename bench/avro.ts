import { createCodec } from '../platform/avro/codec.ts';
import type { SchemaRegistry } from '../platform/avro/registry.ts';
import type { Schema } from '../platform/avro/schema.ts';
import { loadSchemas } from '../schemas/catalogue.ts';
import type { Bench, Row } from './harness/bench.ts';
import { inTurn } from './harness/in-turn.ts';

const TYPE = 'TripRequested';
const event = {
  tripId: '01a20e6d-1e95-7530-bc61-53fa6f43b5a6',
  riderId: '01a20e6d-1c10-74f8-bf03-224a4acc7d2a',
  pickup: { latitude: 52.521, longitude: 13.406 },
  dropoff: { latitude: 52.54, longitude: 13.45 },
  distanceMetres: 4_745,
  durationSeconds: 569,
  quote: { amountMinor: 1_104, currency: 'EUR' },
  surge: 1,
  requestedAt: 1_795_538_362_030,
};

/** In memory: the registry is asked once per schema, which is not what is measured. */
function localRegistry(): SchemaRegistry {
  const schemas: Schema[] = [];
  return {
    register: async (_, schema) => schemas.push(schema),
    schemaById: async (id) => schemas[id - 1],
    setCompatibility: async () => {},
  };
}

export const avro: Bench = {
  name: 'avro',
  about: `encodes and decodes a ${TYPE} as Avro with its schema id, and as JSON`,
  servers: 'none',
  async run({ quick, rounds }) {
    const times = quick ? 1_000 : 300_000;
    const codec = createCodec({ registry: localRegistry(), schemas: loadSchemas() });
    await codec.register([TYPE]);
    const bytes = codec.encode(TYPE, event);
    await codec.learn(bytes);
    const json = Buffer.from(JSON.stringify(event));

    /** Thousands per second. The sum of lengths keeps the compiler from leaving the work out. */
    const rate = (run: () => number) => () => {
      const began = performance.now();
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += run();
      if (sum <= 0) throw new Error('nothing came out');
      return times / (performance.now() - began);
    };
    const encoded = await inTurn(rounds, {
      avro: rate(() => codec.encode(TYPE, event).length),
      json: rate(() => Buffer.from(JSON.stringify(event)).length),
    });
    const decoded = await inTurn(rounds, {
      avro: rate(() => codec.decode(bytes).type.length),
      json: rate(() => JSON.parse(json.toString()).requestedAt),
    });
    const row = (what: string, { avro, json }: typeof encoded): Row => ({
      what,
      unit: 'k/s',
      values: avro,
      against: { what: 'JSON', values: json },
    });
    const size = { what: 'JSON', values: [json.length] };
    return [
      row('encode', encoded),
      row('decode', decoded),
      { what: 'size', unit: 'bytes', values: [bytes.length], against: size },
    ];
  },
};
