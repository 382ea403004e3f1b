import { History, type MadeRecord } from './history.ts';

export const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const here = { latitude: 52.52, longitude: 13.405 };
const there = { latitude: 52.54, longitude: 13.45 };

export const rider = 'rider.commands';
export const trip = 'trip.commands';
export const driver = 'driver.commands';
export const dispatch = 'dispatch.commands';

/** A rider with money, and two drivers who are available. */
export function people(h: History) {
  const register = h.command(rider, 'ada', 'RegisterRider');
  const data = { riderId: 'ada', name: 'Ada', currency: 'EUR', registeredAt: 1 };
  h.event('rider', register, 'ada', 'RiderRegistered', data);
  const deposit = h.command(rider, 'ada', 'DepositFunds');
  const deposited = h.event('rider', deposit, 'ada', 'FundsDeposited', {
    riderId: 'ada',
    depositId: 'p1',
    amount: eur(5_000),
    available: eur(5_000),
  });
  for (const driverId of ['bob', 'eve']) {
    const person = { driverId, name: driverId, vehicle: 'Hail One', registeredAt: 1 };
    const registerDriver = h.command(driver, driverId, 'RegisterDriver');
    h.event('driver', registerDriver, driverId, 'DriverRegistered', person);
    const goOnline = h.command(driver, driverId, 'GoOnline');
    h.event('driver', goOnline, driverId, 'DriverWentOnline', { driverId });
  }
  return { deposited };
}

/** Trip `t1` from its request to the search for a driver. */
export function requested(h: History, tripId = 't1', riderId = 'ada') {
  const requestTrip = h.command(trip, tripId, 'RequestTrip');
  const route = { tripId, riderId, pickup: here, dropoff: there, quote: eur(1_100) };
  const tripRequested = h.event('trip', requestTrip, tripId, 'TripRequested', {
    ...route,
    distanceMetres: 4_745,
    durationSeconds: 569,
    surge: 1,
    requestedAt: 2,
  });
  const asked = { replyTopic: trip, correlationId: tripId };
  const verifyRider = h.send(tripRequested, 0, rider, riderId, 'VerifyRider', asked);
  const hold = { riderId, tripId, held: eur(1_100) };
  const verified = h.event('rider', verifyRider, riderId, 'RiderVerified', hold);
  const reply = { correlationId: tripId };
  const verification = h.send(verified, 0, trip, tripId, 'RiderVerification', reply);
  const search = { ...route, attempt: 1, excludedDriverIds: [], startedAt: 3 };
  const started = h.event('trip', verification, tripId, 'DriverSearchStarted', search);
  return { requestTrip, tripRequested, verifyRider, verified, verification, started, route };
}

/** Both drivers are offered the trip, and have the offer. */
export function offered(h: History, { started, route }: ReturnType<typeof requested>) {
  const { tripId } = route;
  const offerIds = ['bob', 'eve'].map((_, i) => `${tripId}.1.1.${i}`) as [string, string];
  const [first, second] = offerIds;
  const offers = [
    { offerId: first, driverId: 'bob', distanceMetres: 100 },
    { offerId: second, driverId: 'eve', distanceMetres: 200 },
  ];
  const round = { attempt: 1, round: 1, radiusMetres: 1_000, excludedDriverIds: [] };
  const opened = h.event('dispatch', started, tripId, 'OfferRoundOpened', {
    ...route,
    ...round,
    offers,
    closesAt: 9_000,
    openedAt: 4,
  });
  const sent = offers.map(({ offerId, driverId }, i) =>
    h.send(opened, i, driver, driverId, 'OfferTrip', {
      replyTopic: dispatch,
      correlationId: offerId,
    }),
  ) as [MadeRecord, MadeRecord];
  const made = offers.map((offer, i) =>
    h.event('driver', sent[i] as MadeRecord, offer.driverId, 'OfferMade', {
      ...route,
      ...offer,
      expiresAt: 9_000,
    }),
  ) as [MadeRecord, MadeRecord];
  return { first, second, opened, sent, made };
}

/** Bob accepts and gets the trip; Eve's offer is taken back. */
export function assigned(
  h: History,
  { route }: ReturnType<typeof requested>,
  { first, second }: ReturnType<typeof offered>,
) {
  const { tripId, riderId, pickup, dropoff } = route;
  const acceptOffer = h.command(driver, 'bob', 'AcceptOffer');
  const offer = { offerId: first, tripId, driverId: 'bob' };
  const accepted = h.event('driver', acceptOffer, 'bob', 'OfferAccepted', offer);
  const reply = { correlationId: first };
  const answer = h.send(accepted, 0, dispatch, tripId, 'OfferAnswer', reply);
  const settled = { ...offer, answer: 'ACCEPTED' };
  const answered = h.event('dispatch', answer, tripId, 'OfferAnswered', settled);
  const withdrawn = [{ offerId: second, driverId: 'eve' }];
  const match = { ...offer, attempt: 1, round: 1, withdrawn };
  const matched = h.event('dispatch', answer, tripId, 'DriverMatched', match);
  const withdraw = h.send(matched, 0, driver, 'eve', 'WithdrawOffer');
  const taken = { offerId: second, tripId, driverId: 'eve', afterAcceptance: false };
  const takenBack = h.event('driver', withdraw, 'eve', 'OfferWithdrawn', taken);
  const data = { ...offer, riderId, pickup, dropoff, attempt: 1, assignedAt: 5 };
  const tripAssigned = h.event('trip', matched, tripId, 'TripAssigned', data);
  return { acceptOffer, accepted, answer, answered, matched, withdraw, takenBack, tripAssigned };
}

/** Bob arrives, drives, and is free; Ada pays and gives a rating. */
export function completed(
  h: History,
  { route: { tripId, riderId } }: ReturnType<typeof requested>,
) {
  const who = { tripId, riderId, driverId: 'bob' };
  const step = (command: string, type: string, data: object) =>
    h.event('trip', h.command(trip, tripId, command), tripId, type, { ...who, ...data });
  const arrived = step('ReportArrival', 'DriverArrived', { arrivedAt: 6 });
  const tripStarted = step('StartTrip', 'TripStarted', { startedAt: 7 });
  const beginRide = h.send(tripStarted, 0, driver, 'bob', 'BeginRide');
  h.event('driver', beginRide, 'bob', 'RideBegun', { driverId: 'bob', tripId });
  const tripCompleted = step('CompleteTrip', 'TripCompleted', {
    fare: eur(1_100),
    completedAt: 8,
  });
  const release = h.send(tripCompleted, 0, driver, 'bob', 'ReleaseDriver');
  const outcome = { driverId: 'bob', tripId, outcome: 'COMPLETED' };
  const released = h.event('driver', release, 'bob', 'DriverReleased', outcome);
  const captureFare = h.send(tripCompleted, 1, rider, riderId, 'CaptureFare');
  const captured = h.event('rider', captureFare, riderId, 'FareCaptured', {
    riderId,
    tripId,
    captured: eur(1_100),
    released: eur(0),
    kind: 'FARE',
  });
  const rating = { by: 'RIDER', actorId: riderId, stars: 5, comment: null, ratedAt: 9 };
  const rated = step('RateTrip', 'TripRated', rating);
  return {
    arrived,
    tripStarted,
    beginRide,
    tripCompleted,
    release,
    released,
    captureFare,
    captured,
    rated,
  };
}

/** A whole trip over all topics, as it should be. */
export function wholeTrip() {
  const h = new History();
  const { deposited } = people(h);
  const search = requested(h);
  const offers = offered(h, search);
  const ride = assigned(h, search, offers);
  return { h, deposited, ...search, ...offers, ...ride, ...completed(h, search) };
}
