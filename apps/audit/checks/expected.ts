import type {
  DispatchEvent,
  DriverEvent,
  RiderEvent,
  TripEvent,
} from '../../../schemas/messages.gen.ts';
import { topics } from '../../../schemas/topics.ts';

/** A message that must follow from an event. */
export interface ExpectedMessage {
  readonly to: string;
  readonly type: string;
  readonly key: string;
  readonly tripId: string;
}

const rider = topics.riderCommands.name;
const trip = topics.tripCommands.name;
const driver = topics.driverCommands.name;
const dispatch = topics.dispatchCommands.name;

const to = (inbox: string, type: string, key: string, tripId: string): ExpectedMessage => ({
  to: inbox,
  type,
  key,
  tripId,
});

/** Who must be told what on account of an event, in this order: the auditor's own statement of it. */
export function expectedMessages(
  event: TripEvent | RiderEvent | DriverEvent | DispatchEvent,
): readonly ExpectedMessage[] {
  switch (event.type) {
    case 'TripRequested':
      return [to(rider, 'VerifyRider', event.data.riderId, event.data.tripId)];
    case 'RiderVerified':
    case 'RiderVerificationRefused':
      return [to(trip, 'RiderVerification', event.data.tripId, event.data.tripId)];
    case 'OfferRoundOpened': {
      const { tripId, offers } = event.data;
      return offers.map(({ driverId }) => to(driver, 'OfferTrip', driverId, tripId));
    }
    case 'OfferAccepted':
    case 'OfferDeclined':
    case 'OfferExpired':
    case 'OfferRejected':
      return [to(dispatch, 'OfferAnswer', event.data.tripId, event.data.tripId)];
    case 'OfferRoundClosed':
    case 'DriverMatched':
    case 'SearchExhausted':
    case 'SearchCancelled': {
      const { tripId, withdrawn } = event.data;
      return withdrawn.map(({ driverId }) => to(driver, 'WithdrawOffer', driverId, tripId));
    }
    case 'DriverMatchRefused':
    case 'DriverWithdrew':
      return [to(driver, 'ReleaseDriver', event.data.driverId, event.data.tripId)];
    case 'TripStarted':
      return [to(driver, 'BeginRide', event.data.driverId, event.data.tripId)];
    case 'TripCompleted': {
      const { tripId, driverId, riderId } = event.data;
      return [
        to(driver, 'ReleaseDriver', driverId, tripId),
        to(rider, 'CaptureFare', riderId, tripId),
      ];
    }
    case 'TripCancelled': {
      const { tripId, driverId, riderId, fee } = event.data;
      const settle = fee.amountMinor > 0 ? 'CaptureFare' : 'ReleaseHold';
      const settled = to(rider, settle, riderId, tripId);
      return driverId === null
        ? [settled]
        : [to(driver, 'ReleaseDriver', driverId, tripId), settled];
    }
    case 'TripUnfulfilled':
      return [to(rider, 'ReleaseHold', event.data.riderId, event.data.tripId)];
    default:
      return [];
  }
}
