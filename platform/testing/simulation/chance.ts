/**
 * A stream of chance. The same seed and name give the same numbers, whatever other streams are asked:
 * taking one fault out of a story leaves the rest of it as it was. (mulberry32, seeded by FNV-1a)
 */
export class Chance {
  #state: number;

  constructor(seed: number, name: string) {
    let hash = 2_166_136_261 ^ Math.imul(seed, 2_654_435_761);
    for (let i = 0; i < name.length; i += 1) {
      hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619);
    }
    this.#state = hash | 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.next() * n < 1;
  }
}
