import {
  type Context,
  type DeadlineReached,
  type Decider,
  type Decision,
  ignore,
} from '../../../platform/messaging/decider.ts';
import type { Message, Received } from '../../../platform/messaging/message.ts';
import type {
  AcceptOffer,
  DeclineOffer,
  DriverCommand,
  DriverEvent,
  OfferRejection,
  OfferTrip,
  ReleaseDriver,
  WithdrawOffer,
} from '../../../schemas/messages.gen.ts';
import { type DriverState, evolve, initialDriver, type KnownDriver } from './driver.ts';

/** The rules of a driver: one offer at a time, one trip at a time. */
export const driverDecider: Decider<DriverState, DriverCommand, DriverEvent> = {
  initialState: initialDriver,
  decide,
  evolve,
  isEnded: ({ status }) => status === 'unregistered' || status === 'offline',
  deadline: (state) => (state.status === 'offered' ? state.offer.expiresAt : undefined),
};

function decide(
  command: Received<DriverCommand> | DeadlineReached,
  state: DriverState,
  { now }: Context,
): Decision<DriverEvent> {
  if (command.type === 'DeadlineReached') {
    return state.status === 'offered' ? [expired(state)] : ignore('no offer is open');
  }
  if (command.type === 'RegisterDriver') {
    if (state.status !== 'unregistered') return ignore('is registered');
    return [{ type: 'DriverRegistered', data: { ...command.data, registeredAt: now } }];
  }
  if (command.type === 'OfferTrip') return offer(command.data, state);
  if (state.status === 'unregistered') return decideUnknown(command);
  switch (command.type) {
    case 'GoOnline':
      if (state.status !== 'offline') return ignore('is online');
      return [{ type: 'DriverWentOnline', data: command.data }];
    case 'GoOffline':
      return goOffline(command.data.driverId, state);
    case 'AcceptOffer':
      return accept(command, state);
    case 'DeclineOffer':
      return decline(command.data, state);
    case 'WithdrawOffer':
      return withdraw(command.data, state);
    case 'BeginRide':
      if (state.status !== 'assigned' || state.tripId !== command.data.tripId) {
        return ignore('does not wait for this ride');
      }
      return [{ type: 'RideBegun', data: command.data }];
    case 'ReleaseDriver':
      return release(command.data, state);
    default:
      return command satisfies never;
  }
}

function decideUnknown(
  command: Exclude<DriverCommand, { type: 'RegisterDriver' | 'OfferTrip' }>,
): Decision<DriverEvent> {
  switch (command.type) {
    case 'WithdrawOffer':
    case 'BeginRide':
    case 'ReleaseDriver':
      return ignore('has neither offer nor trip');
    default:
      return [refusal(command, 'the driver is not registered')];
  }
}

function offer(data: OfferTrip, state: DriverState): Decision<DriverEvent> {
  const { driverId, offerId, tripId } = data;
  const rejected = (reason: OfferRejection): Decision<DriverEvent> => [
    { type: 'OfferRejected', data: { driverId, offerId, tripId, reason } },
  ];
  switch (state.status) {
    case 'unregistered':
      return rejected('UNKNOWN_DRIVER');
    case 'offline':
      return rejected('OFFLINE');
    case 'available':
      return [{ type: 'OfferMade', data }];
    case 'offered':
      return state.offer.offerId === offerId ? ignore('has this offer') : rejected('BUSY');
    case 'assigned':
    case 'onTrip':
      return state.offerId === offerId ? ignore('has accepted this offer') : rejected('BUSY');
    default:
      return state satisfies never;
  }
}

function goOffline(driverId: string, state: KnownDriver): Decision<DriverEvent> {
  const offline: DriverEvent = { type: 'DriverWentOffline', data: { driverId } };
  switch (state.status) {
    case 'offline':
      return ignore('is offline');
    case 'available':
      return [offline];
    case 'offered': {
      const { offerId, tripId } = state.offer;
      const reason = 'going offline';
      return [{ type: 'OfferDeclined', data: { driverId, offerId, tripId, reason } }, offline];
    }
    case 'assigned':
    case 'onTrip':
      return [refusal({ type: 'GoOffline', data: { driverId } }, 'the driver has a trip')];
    default:
      return state satisfies never;
  }
}

/** What counts is when the driver said so, not when this shard gets to it. */
function accept(
  { data, metadata }: Received<Message<'AcceptOffer', AcceptOffer>>,
  state: KnownDriver,
): Decision<DriverEvent> {
  const { driverId, offerId } = data;
  if (state.status === 'offered' && state.offer.offerId === offerId) {
    const { tripId, expiresAt } = state.offer;
    if (metadata.timestamp < expiresAt)
      return [{ type: 'OfferAccepted', data: { driverId, offerId, tripId } }];
    return [expired(state), refusal({ type: 'AcceptOffer', data }, 'the offer has expired')];
  }
  if ('offerId' in state && state.offerId === offerId) return ignore('has accepted this offer');
  return [refusal({ type: 'AcceptOffer', data }, 'the offer is closed')];
}

function decline(data: DeclineOffer, state: KnownDriver): Decision<DriverEvent> {
  const { driverId, offerId, reason } = data;
  if (state.status === 'offered' && state.offer.offerId === offerId) {
    const { tripId } = state.offer;
    return [{ type: 'OfferDeclined', data: { driverId, offerId, tripId, reason } }];
  }
  if ('offerId' in state && state.offerId === offerId) {
    const remedy = 'the offer has been accepted; cancel the trip instead';
    return [refusal({ type: 'DeclineOffer', data }, remedy)];
  }
  return ignore('the offer is closed');
}

function withdraw(data: WithdrawOffer, state: KnownDriver): Decision<DriverEvent> {
  const { offerId } = data;
  if (state.status === 'offered' && state.offer.offerId === offerId) {
    return [{ type: 'OfferWithdrawn', data: { ...data, afterAcceptance: false } }];
  }
  if (state.status === 'assigned' && state.offerId === offerId) {
    return [{ type: 'OfferWithdrawn', data: { ...data, afterAcceptance: true } }];
  }
  // Offers are withdrawn after they were made, in order: a closed one does not open again.
  return ignore('the offer is closed');
}

function release(data: ReleaseDriver, state: KnownDriver): Decision<DriverEvent> {
  const hasTrip = state.status === 'assigned' || state.status === 'onTrip';
  if (!hasTrip || state.tripId !== data.tripId) return ignore('does not have this trip');
  return [{ type: 'DriverReleased', data }];
}

function expired({ driverId, offer }: Extract<DriverState, { status: 'offered' }>): DriverEvent {
  const { offerId, tripId } = offer;
  return { type: 'OfferExpired', data: { driverId, offerId, tripId } };
}

function refusal({ type, data }: DriverCommand, reason: string): DriverEvent {
  const offerId = 'offerId' in data ? data.offerId : null;
  const { driverId } = data;
  return { type: 'DriverCommandRefused', data: { driverId, command: type, reason, offerId } };
}
