/**
 * Wakes one waiting loop. A `notify` while nobody waits is remembered (once), so that a loop that
 * looks for work and then waits never misses any.
 */
export class Signal {
  #notified = false;
  #resume: (() => void) | undefined;

  notify(): void {
    this.#notified = true;
    this.#resume?.();
    this.#resume = undefined;
  }

  async wait(): Promise<void> {
    if (!this.#notified) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    this.#notified = false;
  }
}
