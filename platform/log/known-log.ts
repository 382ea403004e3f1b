import type { EventRecord } from './decide.ts';
import type { LogRecord, Source } from './ports.ts';

const LARGEST_FOLD = 1_000;
/** Reading pauses when so many records wait, and goes on when there are as few as that. */
const PAUSE_ABOVE = 8_000;
const RESUME_BELOW = 4_000;

/**
 * What is known of one partition of the log and waits to be folded. It is learned by reading, or from the answers to the
 * shard's own appends; while these tell everything, nothing is read.
 */
export class KnownLog {
  readonly #source: Source;
  readonly #topic: string;
  readonly #partition: number;
  #waiting: LogRecord[] = [];
  /** What stands in the log before this offset is known: taken, or waiting. */
  #end = 0;
  #reading = false;
  /** … but not now: enough waits. */
  #paused = false;

  constructor(source: Source, topic: string, partition: number) {
    this.#source = source;
    this.#topic = topic;
    this.#partition = partition;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Forgets what waits and reads on from `offset`. */
  begin(offset: number): void {
    this.clear();
    this.#end = offset;
    this.#readOn();
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Takes what has been read. */
  receive(records: readonly LogRecord[]): void {
    this.#add(records);
    if (this.#paused || !this.#reading || this.#waiting.length <= PAUSE_ABOVE) return;
    this.#paused = true;
    this.#source.pause(this.#topic, this.#partition);
  }

  /**
   * The shard's own batch stands in the log from offset `first` on. If that is where the known log ends,
   * nothing can be in between, and the batch counts as read. Otherwise something foreign is (a claim
   * perhaps, or a repetition): the log is read from there.
   */
  appended(first: number, batch: readonly EventRecord[]): void {
    if (first <= this.#end) this.#learn(first, batch);
    else this.read();
  }

  /** Reads the log from where it is known. */
  read(): void {
    if (!this.#reading) this.#readOn();
  }

  /** Takes out what is to be folded next. */
  next(): readonly LogRecord[] {
    const records = this.#waiting.splice(0, LARGEST_FOLD);
    if (this.#paused && this.#waiting.length < RESUME_BELOW) {
      this.#paused = false;
      if (this.#reading) this.#source.resume(this.#topic, this.#partition);
    }
    return records;
  }

  #learn(first: number, batch: readonly EventRecord[]): void {
    const at = { topic: this.#topic, partition: this.#partition };
    this.#add(batch.map((record, i) => ({ ...record, ...at, offset: first + i })));
    if (!this.#reading) return;
    this.#reading = false;
    this.#source.pause(this.#topic, this.#partition);
  }

  #readOn(): void {
    this.#reading = true;
    this.#paused = false;
    this.#source.seek(this.#topic, this.#partition, this.#end);
  }

  #add(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#end) continue;
      this.#waiting.push(record);
      this.#end = record.offset + 1;
    }
  }
}
