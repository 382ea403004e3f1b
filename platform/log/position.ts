/**
 * How far a log partition has been read, as (offset, epoch, seq): the next offset to read, the epoch
 * of the latest claim before it and the number of the last event of that epoch (-1: none yet).
 * The three belong together: with the offset alone a reader could not tell a zombie's event.
 */
export interface LogPosition {
  readonly offset: number;
  readonly epoch: number;
  readonly seq: number;
}

/** Where reading a partition begins. An inbox has no epochs; its position keeps -1 in both. */
export const logStart: LogPosition = { offset: 0, epoch: -1, seq: -1 };

/** The highest origin taken from one source partition: the event's offset, the message's index. */
export interface OriginMark {
  readonly offset: number;
  readonly index: number;
}

/**
 * What folding a shard's log up to a position yields besides state: the marks. `inputs` says per
 * input topic what to read next; `origins` is keyed `<log>/<partition>` of the sender.
 */
export interface Position extends LogPosition {
  readonly inputs: Readonly<Record<string, LogPosition>>;
  readonly origins: Readonly<Record<string, OriginMark>>;
}

/** The position of a shard of which nothing has been read. */
export const shardStart: Position = { ...logStart, inputs: {}, origins: {} };

export function isAfter(a: OriginMark, b: OriginMark | undefined): boolean {
  return b === undefined || a.offset > b.offset || (a.offset === b.offset && a.index > b.index);
}
