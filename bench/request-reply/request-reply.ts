import type { Bench, Floor, Row } from '../harness/bench.ts';
import { inTurn } from '../harness/in-turn.ts';
import { largestRate } from '../harness/largest-rate.ts';
import { exchangeAt } from './http-load.ts';
import { hailSides, nestSide, type Side } from './sides.ts';

const TOO_SLOW = 1_000;
/** Each side runs for a while before it is measured: its code is compiled meanwhile. */
const full = {
  warmUp: { rate: 300, seconds: 20 },
  rates: [50, 1_000],
  seconds: 5,
  probeSeconds: 8,
  from: 1_000,
  enough: 50_000,
};
const tiny = {
  warmUp: { rate: 20, seconds: 1 },
  rates: [20, 40],
  seconds: 1,
  probeSeconds: 1,
  from: 50,
  enough: 80,
};
const floors: readonly Floor[] = [{ atMost: 5 }, { atMost: 20 }];
const sustainedFloor: Floor = { atLeast: 2_500 };

export const requestReply: Bench = {
  name: 'request-reply',
  about:
    'a verified rider over HTTP (a POST and its answer; a POST, then GET); beside it request and reply over Kafka as NestJS does it',
  servers: 'empty',
  async run(context) {
    const { warmUp, rates, seconds, probeSeconds, from, enough } = context.quick ? tiny : full;
    const run = async (side: Side, rate: number, lasting: number) => {
      await side.prepare(Math.ceil(rate * lasting) + 1);
      return exchangeAt(rate, lasting, () => side.exchange());
    };
    const sides = { ...(await hailSides(context)), nest: await nestSide(context) };
    for (const side of Object.values(sides)) await run(side, warmUp.rate, warmUp.seconds);
    const rows: Row[] = [];
    for (const [i, rate] of rates.entries()) {
      const measure = (side: Side) => async () => {
        const { latencies } = await run(side, rate, seconds);
        return { p50: latencies.at(50), p99: latencies.at(99) };
      };
      const measured = await inTurn(context.rounds, {
        post: measure(sides.post),
        postThenGet: measure(sides.postThenGet),
        nest: measure(sides.nest),
      });
      for (const at of ['p50', 'p99'] as const) {
        const row = (side: keyof typeof sides): Row => ({
          what: `${at} at ${rate.toLocaleString('en')}/s, ${sides[side].label}`,
          unit: 'ms',
          values: measured[side].map((one) => one[at]),
        });
        const against = { what: 'NestJS', values: row('nest').values };
        const floor = at === 'p50' ? floors[i] : undefined;
        rows.push(
          { ...row('post'), against, ...(floor && { floor }) },
          { ...row('postThenGet'), against },
          row('nest'),
        );
      }
    }
    const largest = (side: Side) =>
      largestRate(
        from,
        async (rate) => {
          const { latencies, isSteady } = await run(side, rate, probeSeconds);
          return isSteady && latencies.at(99) < TOO_SLOW;
        },
        enough,
      );
    const nest = [await largest(sides.nest)];
    const hail = [await largest(sides.post)];
    const what = 'largest rate sustained';
    const against = { what: 'NestJS', values: nest };
    return [
      ...rows,
      { what: `${what}, Hail`, unit: '/s', values: hail, floor: sustainedFloor, against },
      { what: `${what}, NestJS`, unit: '/s', values: nest },
    ];
  },
};
