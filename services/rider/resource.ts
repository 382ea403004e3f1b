import { z } from 'zod';
import { currency, id, time } from '../../platform/http/shapes.ts';
import type { KnownRider, RiderState } from './rider.ts';

const amount = z.int().describe('In minor units of the account, as cents.');

/** A rider as the API shows it. */
export const riderResource = z
  .strictObject({
    riderId: id,
    status: z.enum(['pending', 'active', 'suspended']),
    name: z.string(),
    reason: z.string().optional().describe('Why the rider is suspended.'),
    account: z
      .strictObject({
        currency,
        deposited: amount,
        available: amount,
        held: amount,
        captured: amount,
      })
      .optional()
      .describe('Always: deposited = available + held + captured.'),
    tripId: id.optional().describe('The trip for which money is held: the active one.'),
    registeredAt: time.optional(),
  })
  .meta({ id: 'Rider', description: 'A rider. `pending` was accepted and not looked at yet.' });

export function isKnownRider(state: RiderState): state is KnownRider {
  return state.status !== 'unregistered';
}

export function presentRider(state: KnownRider): z.output<typeof riderResource> {
  const { riderId, status, name, account, hold, registeredAt } = state;
  const { currency, deposited, available, held, captured } = account;
  return {
    riderId,
    status,
    name,
    ...(state.status === 'suspended' && { reason: state.reason }),
    account: { currency, deposited, available, held, captured },
    ...(hold && { tripId: hold.tripId }),
    registeredAt,
  };
}
