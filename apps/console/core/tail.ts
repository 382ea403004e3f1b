import { scan } from '../../../platform/kafka/scan.ts';
import type { PartitionOffset, PartitionRange } from '../../../platform/kafka/topic-reader.ts';
import type { LogRecord } from '../../../platform/log/ports.ts';
import { type Beginning, resolveBeginning } from './beginning.ts';
import type { Connection } from './connect.ts';
import type { Expression } from './expression.ts';
import type { Shown } from './show.ts';

/** Which records are wanted: those that pass all that is given. */
export interface Filter {
  readonly keys?: readonly string[];
  /** Short names of Avro records. */
  readonly types?: readonly string[];
  /** Values by header name; an empty text means that the header is there. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly expression?: Expression;
}

export interface TailOptions {
  readonly topics: readonly string[];
  /** Only these partitions; all if absent. */
  readonly partitions?: readonly number[] | undefined;
  readonly from: Beginning;
  /** Ends after so many records that pass the filter. */
  readonly limit?: number | undefined;
  /** Goes on with what comes, instead of ending where the topics end now. */
  readonly follow: boolean;
  readonly filter?: Filter;
  /** Ends following. */
  readonly signal?: AbortSignal;
}

const WAIT = 500;

/**
 * The records of topics, decoded, in order within each partition, in batches as Kafka hands them over. Joins no
 * group. Rejects with a {@link Problem} when a topic does not exist.
 */
export async function* tail(
  connection: Connection,
  options: TailOptions,
): AsyncGenerator<readonly Shown[]> {
  const { topics, from, follow, signal, limit = Number.POSITIVE_INFINITY } = options;
  await connection.expectTopics(topics);
  const ranges = await rangesOf(connection, options);
  const starts = await resolveBeginning(connection, ranges, from);
  let left = limit;
  for await (const records of follow
    ? following(connection, starts, signal)
    : upToNow(connection, ranges, starts)) {
    const shown = (await select(connection, records, options.filter)).slice(0, left);
    left -= shown.length;
    if (shown.length > 0) yield shown;
    if (left <= 0 || signal?.aborted) return;
  }
}

/**
 * The last records that pass the filter, by time over all partitions, and the places after them, from which to go
 * on. Looks back as far as it has to.
 */
export async function lastOf(
  connection: Connection,
  options: Pick<TailOptions, 'topics' | 'partitions' | 'filter'>,
  count: number,
): Promise<{ readonly records: readonly Shown[]; readonly next: readonly PartitionOffset[] }> {
  await connection.expectTopics(options.topics);
  const ranges = await rangesOf(connection, options);
  const found = await Promise.all(
    ranges.map((range) => lastOfPartition(connection, range, options.filter, count)),
  );
  const byTime = found.flat().sort((a, b) => a.timestamp - b.timestamp);
  return {
    records: byTime.slice(Math.max(0, byTime.length - count)),
    next: ranges.map(({ topic, partition, end: offset }) => ({ topic, partition, offset })),
  };
}

/** Reads backwards in stretches that double in length. */
async function lastOfPartition(
  connection: Connection,
  range: PartitionRange,
  filter: Filter | undefined,
  count: number,
): Promise<readonly Shown[]> {
  let found: readonly Shown[] = [];
  let length = count;
  for (let end = range.end; end > range.start && found.length < count; length *= 2) {
    const start = Math.max(range.start, end - length);
    const stretch: Shown[] = [];
    for await (const { records } of scan(connection.reader, [{ ...range, start, end }])) {
      stretch.push(...(await select(connection, records, filter)));
    }
    found = [...stretch, ...found].slice(-count);
    end = start;
  }
  return found;
}

async function rangesOf(
  { reader }: Connection,
  { topics, partitions }: Pick<TailOptions, 'topics' | 'partitions'>,
): Promise<readonly PartitionRange[]> {
  const ranges = await reader.ranges(topics);
  if (partitions === undefined) return ranges;
  return ranges.filter(({ partition }) => partitions.includes(partition));
}

async function* upToNow(
  { reader }: Connection,
  ranges: readonly PartitionRange[],
  starts: readonly PartitionOffset[],
): AsyncGenerator<readonly LogRecord[]> {
  const wanted = ranges.map((range, i) => ({ ...range, start: starts[i]?.offset ?? range.start }));
  for await (const { records } of scan(reader, wanted)) yield records;
}

async function* following(
  { reader }: Connection,
  starts: readonly PartitionOffset[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly LogRecord[]> {
  let positions = starts;
  while (!signal?.aborted && positions.length > 0) {
    const fetched = await reader.fetch(positions, WAIT);
    positions = positions.map((position) => {
      const found = fetched.find(
        ({ topic, partition }) => topic === position.topic && partition === position.partition,
      );
      return { ...position, offset: found?.next ?? position.offset };
    });
    for (const { records } of fetched) if (records.length > 0) yield records;
  }
}

async function select(
  { show }: Connection,
  records: readonly LogRecord[],
  filter: Filter = {},
): Promise<readonly Shown[]> {
  const { keys, types, headers, expression } = filter;
  const byHeader = Object.entries(headers ?? {});
  let wanted = records;
  if (keys !== undefined) wanted = wanted.filter(({ key }) => keys.includes(key));
  if (byHeader.length > 0) {
    wanted = wanted.filter(({ headers }) =>
      byHeader.every(([name, value]) =>
        value === '' ? headers[name] !== undefined : headers[name] === value,
      ),
    );
  }
  await show.prepare(wanted);
  if (types !== undefined) {
    wanted = wanted.filter((record) => types.includes(show.typeOf(record) ?? ''));
  }
  if (expression !== undefined && !expression.needsData) {
    wanted = wanted.filter((record) => expression.matches(show.envelope(record)));
  }
  const shown = wanted.map(show.one);
  if (!expression?.needsData) return shown;
  return shown.filter((record) => expression.matches(record));
}
