import { topics } from '../../schemas/topics.ts';

/** The kinds of aggregates, as the auditor understands them: who reads what, and who writes where. */
export type Kind = 'rider' | 'trip' | 'driver' | 'dispatch';

export interface Wiring {
  readonly kind: Kind;
  readonly inbox: string;
  readonly log: string;
  /** Other logs that it decides on, and the events of each that it listens to. */
  readonly subscribes: Readonly<Record<string, readonly string[]>>;
}

export const wirings: readonly Wiring[] = [
  {
    kind: 'rider',
    inbox: topics.riderCommands.name,
    log: topics.riderEvents.name,
    subscribes: {},
  },
  {
    kind: 'trip',
    inbox: topics.tripCommands.name,
    log: topics.tripEvents.name,
    subscribes: { [topics.dispatchEvents.name]: ['DriverMatched', 'SearchExhausted'] },
  },
  {
    kind: 'driver',
    inbox: topics.driverCommands.name,
    log: topics.driverEvents.name,
    subscribes: {},
  },
  {
    kind: 'dispatch',
    inbox: topics.dispatchCommands.name,
    log: topics.dispatchEvents.name,
    subscribes: { [topics.tripEvents.name]: ['DriverSearchStarted', 'TripCancelled'] },
  },
];

/** All topics that an audit reads: logs, inboxes, and what was set aside of the inboxes. */
export const auditedTopics: readonly string[] = [
  ...wirings.flatMap(({ log, inbox }) => [log, inbox]),
  topics.riderCommandsDlq.name,
  topics.tripCommandsDlq.name,
  topics.driverCommandsDlq.name,
  topics.dispatchCommandsDlq.name,
];
