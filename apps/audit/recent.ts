/**
 * What was put in last, up to `size` keys. Remembers what has ended, for a while: a repetition follows
 * soon, and memory must not grow with the log.
 */
export class Recent<V> {
  readonly #size: number;
  readonly #map = new Map<string, V>();

  constructor(size = 20_000) {
    this.#size = size;
  }

  get(key: string): V | undefined {
    return this.#map.get(key);
  }

  has(key: string): boolean {
    return this.#map.has(key);
  }

  put(key: string, value: V): void {
    this.#map.set(key, value);
    if (this.#map.size <= this.#size) return;
    for (const oldest of this.#map.keys()) {
      this.#map.delete(oldest);
      return;
    }
  }
}
