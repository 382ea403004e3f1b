import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { along, anyCrossing, crossingAt, crossingNear, positionOf, streetMetres } from './grid.ts';
import { createRandom } from './random.ts';
import { Tally } from './tally.ts';

describe('chance', () => {
  it('is what the seed makes it', () => {
    const three = (seed: number) => {
      const random = createRandom(seed);
      return [random.next(), random.between(5, 6), random.whole(0, 1_000)];
    };
    expect(three(7)).toEqual(three(7));
    expect(three(7)).not.toEqual(three(8));
  });

  it('is uniform, and exponential where asked', () => {
    const random = createRandom(1);
    const mean = (next: () => number) =>
      Array.from({ length: 20_000 }, next).reduce((sum, value) => sum + value, 0) / 20_000;
    expect(mean(() => random.next())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.exponential(3))).toBeCloseTo(3, 0);
  });
});

describe('the street grid', () => {
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  it('finds every crossing again from its position', () => {
    fc.assert(
      fc.property(seed, (value) => {
        const crossing = anyCrossing(createRandom(value));
        expect(crossingAt(positionOf(crossing))).toEqual(crossing);
      }),
    );
  });

  it('leads from one crossing to another as far as it says', () => {
    fc.assert(
      fc.property(seed, fc.double({ min: 0, max: 1, noNaN: true }), (value, part) => {
        const random = createRandom(value);
        const from = anyCrossing(random);
        const to = crossingNear(from, 3, 10, random);
        const metres = streetMetres(from, to);
        expect(metres).toBeGreaterThanOrEqual(600);
        expect(metres).toBeLessThanOrEqual(2_000);
        const between = along(from, to, metres * part);
        expect(streetMetres(from, between)).toBeCloseTo(metres * part, 6);
        expect(streetMetres(between, to)).toBeCloseTo(metres * (1 - part), 6);
      }),
    );
  });
});

describe('the tally', () => {
  it('accounts for every trip, and for nobody twice', () => {
    const tally = new Tally();
    for (const id of ['a', 'b', 'c']) {
      tally.wanted();
      tally.accepted(id, Date.now());
    }
    tally.wanted();
    tally.ended('a', 'completed');
    tally.ended('b', 'cancelled');
    tally.ended('a', 'cancelled');
    const { trips, violations } = tally.report();
    expect(trips).toMatchObject({ requested: 4, completed: 1, cancelled: 1, open: 2 });
    expect(violations).toEqual(['trip a was completed and then cancelled']);
  });

  it('takes the time of thinking off, overlaps once', () => {
    const tally = new Tally();
    const wantedAt = Date.now() - 10_000;
    tally.accepted('a', wantedAt);
    tally.thought('a', wantedAt + 1_000, wantedAt + 4_000);
    tally.thought('a', wantedAt + 2_000, wantedAt + 6_000);
    tally.thought('a', wantedAt + 8_000, wantedAt + 9_000);
    tally.assigned('a');
    const { requestToAssigned, requestToAssignedWithoutThinking } = tally.report().latencyMs;
    expect(requestToAssigned.p50 - requestToAssignedWithoutThinking.p50).toBeCloseTo(6_000, -2);
  });
});
