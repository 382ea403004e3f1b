import type { Consumer } from './client.ts';

/**
 * The next offset of every partition that was asked for. kafkajs is told to seek there, but what it
 * delivers is believed only if it was fetched from exactly there.
 */
export class Positions {
  readonly #consumer: Consumer;
  readonly #expected = new Map<string, number>();

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  seek(topic: string, partition: number, offset: number): void {
    this.#expected.set(`${topic}/${partition}`, offset);
    this.#steer(() => {
      this.#consumer.seek({ topic, partition, offset: String(offset) });
      this.#consumer.resume([{ topic, partitions: [partition] }]);
    });
  }

  /** After a (re)join kafkajs would start at the committed offsets, also for partitions it kept. */
  reassigned(topics: readonly string[], partitions: readonly number[]): void {
    for (const key of this.#expected.keys()) {
      if (!partitions.includes(Number(key.slice(key.lastIndexOf('/') + 1)))) {
        this.#expected.delete(key);
      }
    }
    for (const topic of topics) {
      for (const partition of partitions) {
        const offset = this.#expected.get(`${topic}/${partition}`);
        if (offset === undefined) this.#consumer.pause([{ topic, partitions: [partition] }]);
        else this.#consumer.seek({ topic, partition, offset: String(offset) });
      }
    }
  }

  /**
   * Whether a batch fetched from `fetched` is the one expected; if so, `next` is expected after it.
   * One from elsewhere is refused and the right place sought again.
   */
  accept(topic: string, partition: number, fetched: number, next: number): boolean {
    const key = `${topic}/${partition}`;
    const expected = this.#expected.get(key);
    if (expected === undefined) return false;
    if (fetched !== expected) {
      this.#steer(() => this.#consumer.seek({ topic, partition, offset: String(expected) }));
      return false;
    }
    this.#expected.set(key, Math.max(next, expected));
    return true;
  }

  /** Between a crash and the restart of its consumer kafkajs throws; `reassigned` will do it then. */
  #steer(run: () => void): void {
    try {
      run();
    } catch {}
  }
}
