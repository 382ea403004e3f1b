/**
 * The last so many of whatever came: a bounded memory for a stream without an end.
 *
 * @template T
 */
export class Ring {
  /** @type {T[]} */
  #items = [];
  #from = 0;

  /** @param {number} capacity */
  constructor(capacity) {
    this.capacity = capacity;
  }

  /** @param {readonly T[]} items oldest first */
  push(items) {
    for (const item of items.slice(-this.capacity)) {
      if (this.#items.length < this.capacity) this.#items.push(item);
      else {
        this.#items[this.#from] = item;
        this.#from = (this.#from + 1) % this.capacity;
      }
    }
  }

  get size() {
    return this.#items.length;
  }

  clear() {
    this.#items = [];
    this.#from = 0;
  }

  /** Up to `count` items, the newest first, after passing `skip` of these. @param {number} skip @param {number} count */
  newest(skip, count) {
    /** @type {T[]} */
    const found = [];
    const { length } = this.#items;
    for (let i = skip; i < Math.min(skip + count, length); i += 1) {
      found.push(/** @type {T} */ (this.#items[(this.#from + 2 * length - 1 - i) % length]));
    }
    return found;
  }
}
