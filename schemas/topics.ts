/** Every message type by the union it belongs to, the short names of records in `schemas/`. */
export const messages = {
  RiderCommand: [
    'RegisterRider',
    'DepositFunds',
    'SuspendRider',
    'ReinstateRider',
    'VerifyRider',
    'CaptureFare',
    'ReleaseHold',
  ],
  RiderEvent: [
    'RiderRegistered',
    'FundsDeposited',
    'RiderSuspended',
    'RiderReinstated',
    'RiderVerified',
    'RiderVerificationRefused',
    'FareCaptured',
    'HoldReleased',
    'RiderCommandRefused',
  ],
  RiderReply: ['RiderVerification'],
  TripCommand: [
    'RequestTrip',
    'CancelTrip',
    'ReportArrival',
    'StartTrip',
    'CompleteTrip',
    'RateTrip',
  ],
  TripEvent: [
    'TripRequested',
    'TripRequestRefused',
    'DriverSearchStarted',
    'TripAssigned',
    'DriverMatchRefused',
    'DriverArrived',
    'TripStarted',
    'TripCompleted',
    'TripCancelled',
    'DriverWithdrew',
    'TripUnfulfilled',
    'TripRated',
    'TripCommandRefused',
  ],
  DriverCommand: [
    'RegisterDriver',
    'GoOnline',
    'GoOffline',
    'OfferTrip',
    'AcceptOffer',
    'DeclineOffer',
    'WithdrawOffer',
    'BeginRide',
    'ReleaseDriver',
  ],
  DriverEvent: [
    'DriverRegistered',
    'DriverWentOnline',
    'DriverWentOffline',
    'OfferMade',
    'OfferRejected',
    'OfferAccepted',
    'OfferDeclined',
    'OfferExpired',
    'OfferWithdrawn',
    'RideBegun',
    'DriverReleased',
    'DriverCommandRefused',
  ],
  DriverReply: ['OfferAnswer'],
  DriverStream: ['DriverLocated'],
  DispatchEvent: [
    'OfferRoundOpened',
    'OfferAnswered',
    'OfferRoundClosed',
    'DriverMatched',
    'SearchExhausted',
    'SearchCancelled',
  ],
  ShardClaim: ['ShardClaimed'],
} as const;

/** Who writes a topic: the facade, or the owner of one kind of aggregate. */
export type Writer = 'facade' | 'rider' | 'trip' | 'driver' | 'dispatch';

/**
 * - `inbox`: commands and replies for one kind of aggregate, from many writers
 * - `log`: its events and its claims, from the one owner of each partition
 * - `stream`: measurements, of which only the newest counts
 * - `dlq`: messages of an inbox or a stream that could not be handled, as they were
 */
export type TopicKind = 'inbox' | 'log' | 'stream' | 'dlq';

/** What is agreed about one topic. */
export interface Topic {
  readonly name: string;
  readonly kind: TopicKind;
  /** The field that every record has and whose value is the Kafka key. A claim's key is its shard. */
  readonly key: 'riderId' | 'tripId' | 'driverId';
  readonly writers: readonly Writer[];
  /** Short names of the records it may hold. */
  readonly records: readonly string[];
  /** How long Kafka keeps a record, in milliseconds; -1 keeps it for ever. */
  readonly retentionMs: number;
}

const FOR_EVER = -1;
const ONE_HOUR = 3_600_000;

const riderInbox = messages.RiderCommand;
const tripInbox = [...messages.TripCommand, ...messages.RiderReply] as const;
const driverInbox = messages.DriverCommand;
const dispatchInbox = messages.DriverReply;

/** All topics. No other file contains a topic's name. */
export const topics = {
  riderCommands: {
    name: 'rider.commands',
    kind: 'inbox',
    key: 'riderId',
    writers: ['facade', 'trip'],
    records: riderInbox,
    retentionMs: FOR_EVER,
  },
  riderEvents: {
    name: 'rider.events',
    kind: 'log',
    key: 'riderId',
    writers: ['rider'],
    records: [...messages.RiderEvent, ...messages.ShardClaim],
    retentionMs: FOR_EVER,
  },
  tripCommands: {
    name: 'trip.commands',
    kind: 'inbox',
    key: 'tripId',
    writers: ['facade', 'rider'],
    records: tripInbox,
    retentionMs: FOR_EVER,
  },
  tripEvents: {
    name: 'trip.events',
    kind: 'log',
    key: 'tripId',
    writers: ['trip'],
    records: [...messages.TripEvent, ...messages.ShardClaim],
    retentionMs: FOR_EVER,
  },
  driverCommands: {
    name: 'driver.commands',
    kind: 'inbox',
    key: 'driverId',
    writers: ['facade', 'trip', 'dispatch'],
    records: driverInbox,
    retentionMs: FOR_EVER,
  },
  driverEvents: {
    name: 'driver.events',
    kind: 'log',
    key: 'driverId',
    writers: ['driver'],
    records: [...messages.DriverEvent, ...messages.ShardClaim],
    retentionMs: FOR_EVER,
  },
  driverLocations: {
    name: 'driver.locations',
    kind: 'stream',
    key: 'driverId',
    writers: ['facade'],
    records: messages.DriverStream,
    retentionMs: ONE_HOUR,
  },
  dispatchCommands: {
    name: 'dispatch.commands',
    kind: 'inbox',
    key: 'tripId',
    writers: ['driver'],
    records: dispatchInbox,
    retentionMs: FOR_EVER,
  },
  dispatchEvents: {
    name: 'dispatch.events',
    kind: 'log',
    key: 'tripId',
    writers: ['dispatch'],
    records: [...messages.DispatchEvent, ...messages.ShardClaim],
    retentionMs: FOR_EVER,
  },
  riderCommandsDlq: {
    name: 'rider.commands.dlq',
    kind: 'dlq',
    key: 'riderId',
    writers: ['rider'],
    records: riderInbox,
    retentionMs: FOR_EVER,
  },
  tripCommandsDlq: {
    name: 'trip.commands.dlq',
    kind: 'dlq',
    key: 'tripId',
    writers: ['trip'],
    records: tripInbox,
    retentionMs: FOR_EVER,
  },
  driverCommandsDlq: {
    name: 'driver.commands.dlq',
    kind: 'dlq',
    key: 'driverId',
    writers: ['driver'],
    records: driverInbox,
    retentionMs: FOR_EVER,
  },
  dispatchCommandsDlq: {
    name: 'dispatch.commands.dlq',
    kind: 'dlq',
    key: 'tripId',
    writers: ['dispatch'],
    records: dispatchInbox,
    retentionMs: FOR_EVER,
  },
  driverLocationsDlq: {
    name: 'driver.locations.dlq',
    kind: 'dlq',
    key: 'driverId',
    writers: ['dispatch'],
    records: messages.DriverStream,
    retentionMs: FOR_EVER,
  },
} as const satisfies Record<string, Topic>;

/** The name of a topic, as Kafka knows it. */
export type TopicName = (typeof topics)[keyof typeof topics]['name'];

/** Short names of all records of the topics to which `writer` writes, dead letters left out: they are bytes. */
export function recordsWrittenBy(writer: Writer): readonly string[] {
  const all: readonly Topic[] = Object.values(topics);
  const written = all.filter(({ kind, writers }) => kind !== 'dlq' && writers.includes(writer));
  return [...new Set(written.flatMap(({ records }) => records))];
}
