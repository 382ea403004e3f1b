import { type LogPosition, logStart } from './position.ts';

interface Passed {
  /** No record before the position is younger, in milliseconds since 1970. */
  readonly time: number;
  readonly position: LogPosition;
}

/** One position for so much time is remembered, in milliseconds. */
const STEP = 1_000;

/** Where a reader of a log has been, as far back as it may have to go. */
export class Past {
  readonly #reach: number;
  #passed: Passed[] = [];

  /** @param reach in milliseconds */
  constructor(reach: number) {
    this.#reach = reach;
  }

  /** The reader begins at `position`, and knows nothing of the time before. */
  begin(position: LogPosition): void {
    this.#passed = [];
    if (position.offset === 0) this.#passed.push({ time: 0, position });
  }

  /** It has come to `position`, with a record of this time. */
  pass(time: number, position: LogPosition): void {
    const last = this.#passed.at(-1);
    const latest = Math.max(time, last?.time ?? 0);
    if (last !== undefined && latest < last.time + STEP) return;
    this.#passed.push({ time: latest, position });
    while (this.#passed.length > 1 && (this.#passed[1] as Passed).time < latest - this.#reach) {
      this.#passed.shift();
    }
  }

  /** The last position before all records of `time` and later; the start of the log if none is remembered. */
  before(time: number): LogPosition {
    return this.#passed.findLast((one) => one.time < time)?.position ?? logStart;
  }
}
