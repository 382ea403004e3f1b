import TinyQueue from 'tinyqueue';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Resolves once every promise that can settle has settled: ticks come after all microtasks. */
const settled = () => new Promise<void>((resolve) => process.nextTick(resolve));

/**
 * Virtual time, in milliseconds. One thing happens, then everything that follows from it runs until it
 * waits for something else to happen, then comes the next. Nothing depends on the machine.
 */
export class Scheduler {
  readonly #queue = new TinyQueue<Happening>([], (a, b) => a.at - b.at || a.order - b.order);
  #order = 0;
  now = 0;
  /** How many things have happened. */
  happened = 0;

  after(milliseconds: number, run: () => void): void {
    const at = this.now + Math.max(0, milliseconds);
    this.#order += 1;
    this.#queue.push({ at, order: this.#order, run });
  }

  /** Runs until `done`, until nothing is left to happen, or until one of the bounds is passed. */
  async run(bounds: {
    readonly until: number;
    readonly done?: () => boolean;
    readonly most?: number;
  }): Promise<'done' | 'idle' | 'late' | 'busy'> {
    const { until, done = () => false, most = Number.POSITIVE_INFINITY } = bounds;
    await settled();
    for (;;) {
      if (done()) return 'done';
      const next = this.#queue.peek();
      if (next === undefined) return 'idle';
      if (next.at > until) return 'late';
      if (this.happened >= most) return 'busy';
      this.#queue.pop();
      this.now = next.at;
      this.happened += 1;
      next.run();
      await settled();
    }
  }
}
