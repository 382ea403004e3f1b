/** What a step at one rate has shown. */
export interface Step {
  readonly rate: number;
  /** Of the time trips waited for their driver, besides thinking, in milliseconds. */
  readonly p99: number;
  /** Of the trips wanted in the step, how many found their driver in it. */
  readonly assignedShare: number;
  /** Records not handled, at the beginning and at the end of the step. */
  readonly lag: { readonly before: number; readonly after: number };
  readonly violations: number;
  /** Why the generator was the limit, if it was. */
  readonly generator: string | null;
}

/** Longer waits are no service. */
const SLOWEST = 1_000;
const ASSIGNED = 0.85;
/** So many records more, in seconds of the load's own records, are a lag that grows. */
const LAG_SECONDS = 1;
const RECORDS_PER_TRIP = 60;
const FASTER = 1.5;
/** The limit is known when what is sustained and what is not are this close. */
const CLOSE = 1.1;

/** Why a step was too much, in words; `undefined`: it was sustained. */
export function tooMuch({
  rate,
  p99,
  assignedShare,
  lag,
  violations,
  generator,
}: Step): string | undefined {
  if (generator !== null) return generator;
  if (violations > 0) return `${violations} violations`;
  if (p99 > SLOWEST) return `p99 was ${p99} ms`;
  if (assignedShare < ASSIGNED) {
    return `only ${Math.round(assignedShare * 100)} % of the trips wanted found a driver`;
  }
  const grown = lag.after - lag.before;
  if (grown > rate * RECORDS_PER_TRIP * LAG_SECONDS) return `lag grew by ${grown} records`;
  return undefined;
}

/** Looks for the largest rate that is sustained: faster and faster until it is too much, then in between. */
export class LimitSearch {
  readonly steps: (Step & { readonly tooMuch: string | null })[] = [];
  readonly #most: number;
  #sustained: number | undefined;
  #failed: number | undefined;
  /** The rate to try next; `undefined` when the limit is known. */
  rate: number | undefined;

  constructor(from: number, most: number) {
    this.rate = from;
    this.#most = most;
  }

  /** The largest rate that was sustained, if any was. */
  get sustained(): number | undefined {
    return this.#sustained;
  }

  record(step: Step): string | undefined {
    const why = tooMuch(step);
    this.steps.push({ ...step, tooMuch: why ?? null });
    if (why === undefined) this.#sustained = step.rate;
    else this.#failed = step.rate;
    this.rate = this.#next();
    return why;
  }

  #next(): number | undefined {
    const [low, high] = [this.#sustained, this.#failed];
    if (high === undefined) {
      const rate = Math.min(this.#most, (low ?? 0) * FASTER);
      return rate === low ? undefined : round(rate);
    }
    if (low === undefined) return high < 1 ? undefined : round(high / 2);
    return high / low < CLOSE ? undefined : round((low + high) / 2);
  }
}

const round = (rate: number) => Math.round(rate * 10) / 10;
