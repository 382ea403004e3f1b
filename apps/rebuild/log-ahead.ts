import type { Fetched, TopicReader } from '../../platform/kafka/topic-reader.ts';
import type { LogRecord } from '../../platform/log/ports.ts';

const WAIT = 500;
/** Nothing new for so many fetches, although it should be there. */
const PATIENCE = 20;

/**
 * Reads one partition in order from the beginning. It reads ahead: the next fetch is under way while
 * what the last one brought is being folded, and what lies beyond the end asked for is kept for later.
 */
export class LogAhead {
  readonly #reader: TopicReader;
  readonly #topic: string;
  readonly #partition: number;
  #held: readonly LogRecord[] = [];
  #taken = 0;
  #next: number;
  #coming: Promise<Fetched | undefined> | undefined;

  constructor(reader: TopicReader, topic: string, partition: number, start: number) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partition = partition;
    this.#next = start;
  }

  /** At least one of the next records below `end`, `limit` at most; rejects if the log does not reach so far. */
  async take(end: number, limit: number): Promise<readonly LogRecord[]> {
    for (let tries = 0; this.#taken === this.#held.length; tries += 1) {
      if (tries === PATIENCE) {
        throw new Error(
          `${this.#topic}/${this.#partition} ends at ${this.#next}, and the read model is at ${end}: the log has lost something, or is another one`,
        );
      }
      const fetched = await (this.#coming ?? this.#fetch());
      this.#held = fetched?.records ?? [];
      this.#taken = 0;
      this.#next = fetched?.next ?? this.#next;
      this.#coming = this.#next < end ? this.#fetch() : undefined;
      // Whoever takes no more must not leave a rejection behind that nobody sees.
      this.#coming?.catch(() => {});
    }
    const from = this.#taken;
    while (
      this.#taken < this.#held.length &&
      this.#taken - from < limit &&
      (this.#held[this.#taken] as LogRecord).offset < end
    ) {
      this.#taken += 1;
    }
    return this.#held.slice(from, this.#taken);
  }

  async #fetch(): Promise<Fetched | undefined> {
    const at = { topic: this.#topic, partition: this.#partition, offset: this.#next };
    return (await this.#reader.fetch([at], WAIT))[0];
  }
}
