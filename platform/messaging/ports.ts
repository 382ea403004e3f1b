import type { Message } from './message.ts';

/** Sends commands from the edge (the facade) to an inbox. */
export interface CommandSender {
  /**
   * Resolves once Kafka has acknowledged all of `messages`, which keep their order; they share one key.
   * Rejects with {@link UnavailableError} when that has not happened within about 4 s; the command
   * may have been written all the same, so a retry must carry the same ids.
   */
  send(
    inbox: string,
    key: string,
    messages: readonly Message[],
    traceparent?: string,
  ): Promise<void>;
}

/** A document of a read model. `version` is the log offset of the last event folded into it. */
export interface Versioned<S> {
  readonly version: number;
  readonly state: S;
}

/** Reads one kind's read model. */
export interface ReadModel<S> {
  /**
   * `undefined` means that no event of this aggregate has been folded. Rejects with
   * {@link UnavailableError} when Redis is away or the shard is being rebuilt.
   */
  find(id: string): Promise<Versioned<S> | undefined>;
  /** Like `find`, but waits up to `milliseconds` until `accept` holds; then does what `find` does. */
  wait(
    id: string,
    accept: (document: Versioned<S> | undefined) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Versioned<S> | undefined>;
}

/** What something needs to be there: a server, or a read model that its owner has made whole. */
export type Dependency = 'kafka' | 'redis' | 'registry' | 'readModel';

/** A dependency is away, or a read model is being built. The request was not accepted; trying again later is right. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly dependency: Dependency;
  constructor(dependency: Dependency, message: string, options?: ErrorOptions) {
    super(message, options);
    this.dependency = dependency;
  }
}
