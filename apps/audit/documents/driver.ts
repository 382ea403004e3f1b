import type { DriverEvent, OfferMade } from '../../../schemas/messages.gen.ts';

/** What the read model must say of a driver: the auditor's own fold, of a document's shape. */
export interface DriverDocument {
  readonly status: 'offline' | 'available' | 'offered' | 'assigned' | 'onTrip';
  readonly driverId: string;
  readonly name: string;
  readonly vehicle: string;
  readonly registeredAt: number;
  readonly offer?: Omit<OfferMade, 'driverId'>;
  readonly tripId?: string;
  readonly offerId?: string;
}

export function foldDriver(
  document: DriverDocument | undefined,
  event: DriverEvent,
): DriverDocument | undefined {
  if (event.type === 'DriverRegistered') return { status: 'offline', ...event.data };
  if (document === undefined) return undefined;
  const { driverId, name, vehicle, registeredAt } = document;
  const person = { driverId, name, vehicle, registeredAt };
  switch (event.type) {
    case 'DriverWentOffline':
      return { status: 'offline', ...person };
    case 'DriverWentOnline':
    case 'OfferDeclined':
    case 'OfferExpired':
    case 'OfferWithdrawn':
    case 'DriverReleased':
      return { status: 'available', ...person };
    case 'OfferMade': {
      const { driverId: _, ...offer } = event.data;
      return { status: 'offered', ...person, offer };
    }
    case 'OfferAccepted': {
      const { tripId, offerId } = event.data;
      return { status: 'assigned', ...person, tripId, offerId };
    }
    case 'RideBegun':
      return { ...document, status: 'onTrip' };
    default:
      return document;
  }
}
