import { z } from 'zod';

/** Shapes that many bodies share, with messages for people. */

/** Any id a client may name: letters, digits, `.`, `_`, `~` and `-`, so that it is safe in paths and keys. */
export const id = z
  .string()
  .regex(
    /^[A-Za-z0-9._~-]{1,100}$/,
    'must be 1 to 100 letters, digits, dots, dashes or underscores',
  );

export const position = z
  .strictObject({
    latitude: z.number().min(-90, 'must be at least -90').max(90, 'must be at most 90'),
    longitude: z.number().min(-180, 'must be at least -180').max(180, 'must be at most 180'),
  })
  .meta({ id: 'Position', description: 'Degrees, WGS 84.' });

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be three capital letters (ISO 4217), as EUR')
  .describe('ISO 4217');

const minorUnits = z.int().describe('In minor units, as cents.');

export const money = z
  .strictObject({ amountMinor: minorUnits, currency })
  .meta({ id: 'Money', description: 'An amount in minor units (cents) of a currency.' });

/** More than nothing, and little enough that sums stay exact. */
export const deposit = z
  .strictObject({
    amountMinor: minorUnits.min(1, 'must be at least 1').max(1e11, 'must be at most 100000000000'),
    currency,
  })
  .meta({ id: 'Deposit', description: 'A positive amount in minor units (cents) of a currency.' });

/** Text of 1 to `max` characters, trimmed. */
export const text = (max: number) =>
  z.string().trim().min(1, 'must not be empty').max(max, `must have at most ${max} characters`);

/** Milliseconds since 1970 (UTC). */
export const time = z
  .int()
  .min(0, 'must be milliseconds since 1970')
  .describe('Milliseconds since 1970, UTC.');

/** A retry that carries the same key has no further effect and gets the same answer. */
export const idempotencyKey = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable characters without spaces')
    .optional()
    .describe('A retry with the same key has no further effect and gets the same answer.'),
});

/** An empty object: what is answered when there is nothing more to say. */
export const nothing = z.strictObject({});
