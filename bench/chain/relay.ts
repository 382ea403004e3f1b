import type { KnownSchema } from '../../platform/avro/codec.ts';
import { CLAIM } from '../../platform/log/reader.ts';
import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import { ignore } from '../../platform/messaging/decider.ts';
import type { Message } from '../../platform/messaging/message.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';

/** What is passed along a chain; `payload` makes it up to 150 bytes in Avro, schema id included. */
interface Passed {
  readonly id: number;
  readonly payload: string;
}
type Relay = Message<'Relay', Passed>;
type Relayed = Message<'Relayed', Passed>;

/** The document of a relay: small, and of the size of what it was sent. */
interface RelayState {
  readonly count: number;
  readonly last: string;
}

export const MESSAGE_BYTES = 150;
/** Schema id with its magic byte, a number of three bytes, a length of two. */
const payload = 'x'.repeat(MESSAGE_BYTES - 5 - 3 - 2);

export const passed = (id: number): Passed => ({ id, payload });

const record = (name: string): [string, KnownSchema] => [
  name,
  {
    fullName: `hail.bench.${name}`,
    schema: {
      type: 'record',
      name,
      namespace: 'hail.bench',
      fields: [
        { name: 'id', type: 'long' },
        { name: 'payload', type: 'string' },
      ],
    },
  },
];

/** Of the bench alone: nobody else ever registers these. */
export const relaySchemas: ReadonlyMap<string, KnownSchema> = new Map<string, KnownSchema>([
  record('Relay'),
  record('Relayed'),
  ...[...loadSchemas()].filter(([name]) => name === CLAIM),
]);
export const relayRecords: readonly string[] = [...relaySchemas.keys()];

/** The topics of a relay of this kind. */
export const relayTopics = (kind: string) => ({
  inbox: `${kind}.commands`,
  log: `${kind}.events`,
  deadLetters: `${kind}.commands.dlq`,
});

/** How a relay is joined to others. */
export interface Links {
  /** The kind whose events it subscribes to, if any. */
  readonly after?: string | undefined;
  /** The kind to which it sends a message for each of its events, if any. */
  readonly next?: string | undefined;
}

/** The smallest aggregate that passes on what it is told or hears of: one event for each. */
export function relayAggregate(
  kind: string,
  { after, next }: Links = {},
): Aggregate<RelayState, Relay | Relayed, Relayed> {
  const { inbox, log } = relayTopics(kind);
  return {
    kind,
    inbox,
    log,
    subscribes: after === undefined ? {} : { [relayTopics(after).log]: ['Relayed'] },
    decider: {
      initialState: { count: 0, last: '' },
      decide: ({ type, data }) =>
        type === 'DeadlineReached' ? ignore('no deadlines here') : [{ type: 'Relayed', data }],
      evolve: ({ count }, { data }) => ({ count: count + 1, last: data.payload }),
      isEnded: () => false,
    },
    policy: ({ data: { id, payload }, metadata: { key } }) =>
      next === undefined
        ? []
        : [{ to: relayTopics(next).inbox, key, message: { type: 'Relay', data: { id, payload } } }],
  };
}
