import { placeOf } from './batch.ts';
import type { PartitionOffset } from './topic-reader.ts';

interface Place extends PartitionOffset {
  paused: boolean;
  offset: number;
}

/** The next offset of every partition that was asked for: from there on it is read, whatever the group has committed. */
export class Positions {
  readonly #places = new Map<string, Place>();
  readonly #waiting = new Set<() => void>();

  seek(topic: string, partition: number, offset: number): void {
    this.#places.set(placeOf({ topic, partition }), { topic, partition, offset, paused: false });
    this.#wake();
  }

  pause(topic: string, partition: number): void {
    const place = this.#places.get(placeOf({ topic, partition }));
    if (place !== undefined) place.paused = true;
  }

  resume(topic: string, partition: number): void {
    const place = this.#places.get(placeOf({ topic, partition }));
    if (place === undefined) return;
    place.paused = false;
    this.#wake();
  }

  /** What others have from now on is not read any more. */
  keep(partitions: readonly number[]): void {
    for (const [key, { partition }] of this.#places) {
      if (!partitions.includes(partition)) this.#places.delete(key);
    }
  }

  /** What is to be read now. */
  wanted(): PartitionOffset[] {
    const wanted: PartitionOffset[] = [];
    for (const { topic, partition, offset, paused } of this.#places.values()) {
      if (!paused) wanted.push({ topic, partition, offset });
    }
    return wanted;
  }

  /** Whether this is where to go on, be it paused by now; if so, `next` is read after it. */
  accept({ topic, partition, offset }: PartitionOffset, next: number): boolean {
    const place = this.#places.get(placeOf({ topic, partition }));
    if (place?.offset !== offset) return false;
    place.offset = next;
    return true;
  }

  /** Resolves when there may be more to read than before, at the latest after so many milliseconds. */
  change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }
}
