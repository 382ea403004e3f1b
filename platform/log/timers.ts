import TinyQueue from 'tinyqueue';

interface Timer {
  readonly id: string;
  readonly deadline: number;
}

/**
 * The deadlines of a shard's folded states (milliseconds since 1970). Kept in memory, loaded from the
 * read model after a claim. A deadline that was taken is not handed out again until `reset`, which
 * follows every claim: then whatever did not get into the log fires again.
 */
export class Timers {
  #deadlines = new Map<string, number>();
  #queue = new TinyQueue<Timer>([], (a, b) => a.deadline - b.deadline);
  readonly #taken = new Map<string, number>();

  get size(): number {
    return this.#deadlines.size;
  }

  load(deadlines: Iterable<readonly [string, number]>): void {
    this.#deadlines = new Map(deadlines);
    this.reset();
  }

  set(id: string, deadline: number | undefined): void {
    if (this.#deadlines.get(id) === deadline) return;
    if (deadline === undefined) {
      this.#deadlines.delete(id);
      this.#taken.delete(id);
    } else {
      this.#deadlines.set(id, deadline);
      this.#queue.push({ id, deadline });
    }
  }

  /** The earliest deadline that has not been taken. */
  next(): number | undefined {
    for (;;) {
      const first = this.#queue.peek();
      if (first === undefined) return undefined;
      const { id, deadline } = first;
      if (this.#deadlines.get(id) === deadline && this.#taken.get(id) !== deadline) return deadline;
      this.#queue.pop();
    }
  }

  /** Takes at most `limit` deadlines that have passed at `now`, earliest first. */
  take(now: number, limit: number): Timer[] {
    const due: Timer[] = [];
    for (let next = this.next(); next !== undefined && next <= now; next = this.next()) {
      if (due.length >= limit) break;
      const timer = this.#queue.pop();
      if (timer === undefined) break;
      this.#taken.set(timer.id, timer.deadline);
      due.push(timer);
    }
    return due;
  }

  /** What was taken has not been decided: it fires again. */
  putBack(id: string): void {
    const deadline = this.#taken.get(id);
    if (deadline === undefined) return;
    this.#taken.delete(id);
    this.#queue.push({ id, deadline });
  }

  reset(): void {
    this.#taken.clear();
    const all = [...this.#deadlines].map(([id, deadline]) => ({ id, deadline }));
    this.#queue = new TinyQueue(all, (a, b) => a.deadline - b.deadline);
  }
}
