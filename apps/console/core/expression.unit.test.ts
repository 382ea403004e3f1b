import { describe, expect, it } from 'vitest';
import { parseExpression } from './expression.ts';

const record = {
  type: 'TripCompleted',
  key: 'a',
  offset: 7,
  headers: { ce_id: 'x', 'some-header': 'y' },
  data: {
    fare: { amountMinor: 1_200, currency: 'EUR' },
    offers: [{ id: 'p' }],
    reason: null,
    ok: true,
  },
};

describe('a field expression', () => {
  it.each([
    ['data.fare.amountMinor > 1000 && type == "TripCompleted"', true],
    ['data.fare.amountMinor > 1200', false],
    ['data.fare.amountMinor >= 1200', true],
    ["type == 'TripStarted' || data.ok", true],
    // && binds more closely than ||.
    ['offset == 7 || offset == 8 && offset == 9', true],
    ['(offset == 7 || offset == 8) && offset == 9', false],
    ['!(type ~ "Trip")', false],
    ['type ~ "Comp"', true],
    ['headers.some-header == "y"', true],
    ['data.offers[0].id != "q"', true],
    ['data.reason == null && data.nothing == null', true],
    ['data.fare.currency < "EUS"', true],
    ['data.fare.currency > 5', false],
    ['offset > -1', true],
    ['data.fare.amountMinor == "1200"', false],
    ['type == "Trip\\"Completed"', false],
  ])('%s', (source, expected) => {
    expect(parseExpression(source).matches(record)).toBe(expected);
  });

  it('sees nothing but the record’s own fields', () => {
    expect(parseExpression('data.constructor').matches(record)).toBe(false);
    expect(parseExpression('data.__proto__').matches(record)).toBe(false);
    expect(parseExpression('type.length').matches(record)).toBe(false);
  });

  it('knows whether the value has to be decoded', () => {
    expect(parseExpression('type == "A" && offset > 3').needsData).toBe(false);
    expect(parseExpression('type == "A" && data.b').needsData).toBe(true);
  });

  it.each([
    ['', /wrong at the end: a field/],
    ['data.a >', /wrong at the end/],
    ['data.a == 1 data.b', /wrong at "data.b": && or \|\|/],
    ['(type == "A"', /wrong at the end: \) is expected/],
    ['fare > 1', /no field fare.*Perhaps data.fare is meant/],
    ['data.a = 1', /not understood from "= 1" on/],
    ['process.exit()', /no field process/],
    [`${'('.repeat(1_000)}1${')'.repeat(1_000)}`, /nested too deeply/],
  ])('says what is wrong with %s', (source, message) => {
    expect(() => parseExpression(source)).toThrow(message);
  });
});
