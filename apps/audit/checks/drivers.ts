import type { DriverEvent } from '../../../schemas/messages.gen.ts';
import type { Check, End, Recorded } from '../check.ts';
import type { Findings, Place } from '../findings.ts';

interface DriverView {
  status: 'none' | 'offline' | 'available' | 'offered' | 'assigned' | 'onTrip';
  offerId: string;
  tripId: string;
  since: Place;
}

type Type = DriverEvent['type'];
type Status = DriverView['status'];

const busy: readonly Status[] = ['assigned', 'onTrip'];

/** From which states an event may come; a refusal may come at any time. */
const allowed: Partial<Record<Type, readonly Status[]>> = {
  DriverRegistered: ['none'],
  DriverWentOnline: ['offline'],
  DriverWentOffline: ['available'],
  OfferMade: ['available'],
  OfferAccepted: ['offered'],
  OfferDeclined: ['offered'],
  OfferExpired: ['offered'],
  OfferWithdrawn: ['offered', 'assigned'],
  RideBegun: ['assigned'],
  DriverReleased: busy,
};

const leadsTo: Partial<Record<Type, Status>> = {
  DriverRegistered: 'offline',
  DriverWentOnline: 'available',
  DriverWentOffline: 'offline',
  OfferMade: 'offered',
  OfferAccepted: 'assigned',
  OfferDeclined: 'available',
  OfferExpired: 'available',
  OfferWithdrawn: 'available',
  RideBegun: 'onTrip',
  DriverReleased: 'available',
};

const rejections: Readonly<Record<string, readonly Status[]>> = {
  UNKNOWN_DRIVER: ['none'],
  OFFLINE: ['offline'],
  BUSY: ['offered', 'assigned', 'onTrip'],
};

/** A driver has one offer or one trip at a time, and goes through legal transitions only. */
export class Drivers implements Check {
  readonly #findings: Findings;
  readonly #drivers = new Map<string, DriverView>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  driver(event: Recorded<DriverEvent>): void {
    const { type, data, at } = event;
    const driver = this.#drivers.get(data.driverId);
    const status = driver?.status ?? 'none';
    const from = type === 'OfferRejected' ? rejections[data.reason] : allowed[type];
    if (from?.includes(status) === false) {
      const takesAnother =
        (type === 'OfferMade' || type === 'OfferAccepted') && busy.includes(status);
      const text = takesAnother
        ? `driver ${data.driverId} has trip ${driver?.tripId} and gets another (${type})`
        : `${type} of driver ${data.driverId}, who is ${status}`;
      this.#wrong(takesAnother ? 'driver' : 'transition', text, event);
      return;
    }
    const next = leadsTo[type];
    if (next === undefined) return;
    if (driver === undefined) {
      this.#drivers.set(data.driverId, { status: next, offerId: '', tripId: '', since: at });
      return;
    }
    this.#compare(driver, event);
    driver.status = next;
    driver.since = at;
    if (type === 'OfferMade') {
      driver.offerId = data.offerId;
      driver.tripId = data.tripId;
    }
  }

  end(end: End): void {
    this.#findings.count('drivers', this.#drivers.size);
    for (const [driverId, { status, since, tripId, offerId }] of this.#drivers) {
      if (status === 'offered' || status === 'assigned' || status === 'onTrip') {
        const text = `driver ${driverId} is ${status} with offer ${offerId} of a trip that is over`;
        end.unfinished(`drivers ${status}`, 'driver', text, since, tripId);
      }
    }
  }

  #compare(driver: DriverView, event: Recorded<DriverEvent>): void {
    const { type, data } = event;
    if (type === 'OfferMade') return;
    if ('offerId' in data && data.offerId !== null && data.offerId !== driver.offerId) {
      this.#wrong(
        'transition',
        `${type} of offer ${data.offerId}; open is ${driver.offerId}`,
        event,
      );
    } else if ('tripId' in data && data.tripId !== driver.tripId) {
      this.#wrong('transition', `${type} of trip ${data.tripId}; it has ${driver.tripId}`, event);
    } else if (
      type === 'OfferWithdrawn' &&
      data.afterAcceptance !== (driver.status === 'assigned')
    ) {
      this.#wrong(
        'transition',
        `withdrawn ${data.afterAcceptance ? 'after' : 'before'} acceptance, being ${driver.status}`,
        event,
      );
    }
  }

  #wrong(kind: 'driver' | 'transition', text: string, { data, at }: Recorded<DriverEvent>): void {
    this.#findings.violation(kind, text, at, 'tripId' in data ? data.tripId : undefined);
  }
}
