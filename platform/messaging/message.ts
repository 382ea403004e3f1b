/**
 * The words of Hail's messaging, in the order in which a reader meets them.
 *
 * - **Command**: asks one aggregate to do something; imperative (`RequestTrip`). May be refused.
 * - **Event**: a fact; past tense (`TripRequested`). A refusal is a fact too.
 * - **Reply**: an answer to a command that asked for one; carries its correlation id.
 * - **Aggregate**: one trip, one rider, one driver, one dispatch.
 * - **Inbox**: the topic of commands and replies for one kind of aggregate, keyed by aggregate id.
 * - **Log**: the topic of its events, same key, same partition count. The only truth.
 * - **Shard**: one partition of an aggregate kind; one instance owns it at a time.
 * - **Claim**: the record by which an instance takes a shard over; its offset is the shard's **epoch**.
 * - **Policy**: a pure function from an event to messages for other inboxes.
 * - **Read model**: documents in Redis folded from a log; disposable, rebuilt by replay.
 */

/** A command, an event or a reply, without its envelope. `type` is the Avro record's short name. */
export interface Message<Type extends string = string, Data = object> {
  readonly type: Type;
  readonly data: Data;
}

/** Where a record stands: `offset` counts from 0 within the partition. */
export interface Coordinate {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The number of an event: `seq` counts from 0 within the writer's `epoch` (the offset of its claim). */
export interface EventNumber {
  readonly epoch: number;
  readonly seq: number;
}

/**
 * The event that a message was sent on account of: its coordinate, and the index of the message
 * among those the policy made from it. Grows along one source partition, so that a receiver that
 * keeps the highest one can drop every repetition.
 */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly index: number;
}

/** The envelope of a message that was read from a topic. Times are milliseconds since 1970 (UTC). */
export interface Metadata {
  /** CloudEvents id; for an event `<log>/<partition>/<epoch>.<seq>`. */
  readonly id: string;
  readonly key: string;
  readonly coordinate: Coordinate;
  /** When the record was written, by its writer's clock. */
  readonly timestamp: number;
  /** W3C trace context, passed along from cause to effect. */
  readonly traceparent?: string;
  /** Where an answer is wanted (request/async response). */
  readonly replyTopic?: string;
  readonly correlationId?: string;
}

/** A message together with its envelope, as deciders, policies and subscribers receive it. */
export type Received<M extends Message = Message> = M extends Message
  ? M & { readonly metadata: Metadata }
  : never;

/** A message that a policy wants sent to another aggregate's inbox. */
export interface Outgoing<M extends Message = Message> {
  /** The inbox topic. */
  readonly to: string;
  /** The receiving aggregate's id. */
  readonly key: string;
  readonly message: M;
  /** Set to ask for an answer, which comes back to this topic with the same correlation id. */
  readonly replyTopic?: string;
  readonly correlationId?: string;
}
