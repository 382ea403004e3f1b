/** A source of chance that a seed determines. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** A whole number, uniform in [from, to). */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  /** Exponentially distributed with this mean: the time between two arrivals of a Poisson process. */
  exponential(mean: number): number;
  /** Another source, independent of how often this one is asked from now on. */
  fork(): Random;
}

/** SplitMix32: 32 bits of state, every seed good (after G. Steele et al., OOPSLA 2014). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const bits = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const next = () => bits() / 2 ** 32;
  return {
    next,
    between: (from, to) => from + (to - from) * next(),
    whole: (from, to) => from + Math.floor((to - from) * next()),
    chance: (probability) => next() < probability,
    exponential: (mean) => -mean * Math.log(1 - next()),
    fork: () => createRandom(bits()),
  };
}
