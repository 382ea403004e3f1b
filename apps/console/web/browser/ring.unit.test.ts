import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ring } from './ring.js';

it('holds the last items, and gives the newest first', () => {
  const batches = fc.array(fc.array(fc.integer(), { maxLength: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), batches, (capacity, all) => {
      const ring = new Ring<number>(capacity);
      for (const batch of all) ring.push(batch);
      const kept = all.flat().slice(-capacity).reverse();
      expect(ring.size).toBe(kept.length);
      expect(ring.newest(0, capacity)).toEqual(kept);
      expect(ring.newest(1, 2)).toEqual(kept.slice(1, 3));
    }),
  );
});
