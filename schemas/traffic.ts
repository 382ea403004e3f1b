/** Who reads a topic: a part of a service with a consumer group of its own. */
export interface Reader {
  /** `dispatch`; its consumer group is `hail.dispatch`. */
  readonly name: string;
  readonly summary: string;
  /** By topic the short names of the records that it acts upon; it passes over the others. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
}

/** A command that wants an answer (request/async response): the record, and the record of the answer. */
export interface Exchange {
  readonly asks: string;
  readonly request: string;
  readonly answers: string;
  readonly reply: string;
}

/** Who says what to whom over the topics, as far as `topics.ts` does not tell. */
export interface Traffic {
  readonly readers: readonly Reader[];
  /** By kind of aggregate the records it sends to inboxes; every other command is the facade's. */
  readonly sends: Readonly<Record<string, readonly string[]>>;
  readonly exchanges: readonly Exchange[];
}
