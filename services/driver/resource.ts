import { z } from 'zod';
import { id, money, position, time } from '../../platform/http/shapes.ts';
import type { KnownDriver } from './driver/driver.ts';

const offer = z
  .strictObject({
    offerId: id,
    tripId: id,
    riderId: id,
    pickup: position,
    dropoff: position,
    quote: money,
    distanceMetres: z.number().describe('From the driver to the pickup, as the crow flies.'),
    expiresAt: time,
  })
  .meta({ id: 'Offer', description: 'An offer that waits for an answer until `expiresAt`.' });

/** A driver as the API shows them. */
export const driverResource = z
  .strictObject({
    driverId: id,
    status: z.enum(['pending', 'offline', 'available', 'offered', 'assigned', 'on-trip']),
    name: z.string().optional(),
    vehicle: z.string().optional(),
    offer: offer.optional(),
    tripId: id.optional().describe('The trip the driver has.'),
    registeredAt: time.optional(),
  })
  .meta({ id: 'Driver', description: 'A driver. `pending` was accepted and not looked at yet.' });

export function presentDriver(state: KnownDriver): z.output<typeof driverResource> {
  const { driverId, status, name, vehicle, registeredAt } = state;
  return {
    driverId,
    status: status === 'onTrip' ? 'on-trip' : status,
    name,
    vehicle,
    ...(status === 'offered' && { offer: state.offer }),
    ...('tripId' in state && { tripId: state.tripId }),
    registeredAt,
  };
}
