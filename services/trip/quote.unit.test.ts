import { describe, expect, it } from 'vitest';
import { dropoff, expected, pickup } from './fixtures.ts';
import { quote } from './quote.ts';
import { defaultTariff } from './tariff.ts';

describe('a quote', () => {
  it('is base, way and time, within bounds', () => {
    // 0.02° of latitude are 2223.9 m; 1.3 times that takes 347 s at 30 km/h.
    expect(expected).toEqual({
      distanceMetres: 2_891,
      durationSeconds: 347,
      price: { amountMinor: Math.round(250 + 120 * 2.891 + 30 * (347 / 60)), currency: 'EUR' },
      surge: 1,
    });
    const near = { latitude: 52.5005, longitude: 13.4 };
    expect(quote(pickup, near, defaultTariff).price.amountMinor).toBe(500);
    expect(quote(pickup, dropoff, { ...defaultTariff, surge: 100 }).price.amountMinor).toBe(50_000);
  });
});
