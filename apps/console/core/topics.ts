import type { Connection } from './connect.ts';
import { catalogued } from './topic-facts.ts';

/** One topic, as it is now. */
export interface TopicFacts {
  readonly name: string;
  /** Its role in Hail; `undefined` for a topic that is not Hail's. */
  readonly kind: string | undefined;
  readonly partitions: number;
  /** Offsets from the first record to the last, summed over the partitions. */
  readonly records: number;
  /** Bytes on disk, of each partition's largest replica. */
  readonly bytes: number;
  /** Records per second over the last minute. */
  readonly perSecond: number;
  readonly writers: readonly string[];
  /** The field that is the key. */
  readonly key: string | undefined;
  /** Milliseconds that records are kept; -1 for ever. */
  readonly retentionMs: number;
  readonly cleanup: string;
}

const MINUTE = 60_000;

/** All topics, or those that are named. Rejects with a {@link Problem} when one does not exist. */
export async function topicFacts(
  connection: Connection,
  names?: readonly string[],
): Promise<readonly TopicFacts[]> {
  const { inspector, reader } = connection;
  if (names !== undefined) await connection.expectTopics(names);
  const wanted = names ?? (await inspector.topics());
  if (wanted.length === 0) return [];
  const [ranges, before, sizes, configs] = await Promise.all([
    reader.ranges(wanted),
    reader.offsetsAt(wanted, Date.now() - MINUTE),
    inspector.sizes(),
    inspector.configs(wanted),
  ]);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return wanted.map((name) => {
    const own = ranges.filter(({ topic }) => topic === name);
    const recent = own.map(({ partition, end }) => {
      const at = before.find((b) => b.topic === name && b.partition === partition);
      return end - (at?.offset ?? end);
    });
    const bytes = own.map(({ partition }) => {
      const replicas = sizes.filter((size) => size.topic === name && size.partition === partition);
      return Math.max(0, ...replicas.map((replica) => replica.bytes));
    });
    const facts = catalogued(name);
    const config = configs.get(name);
    return {
      name,
      kind: facts?.kind,
      partitions: own.length,
      records: sum(own.map(({ start, end }) => end - start)),
      bytes: sum(bytes),
      perSecond: sum(recent) / (MINUTE / 1_000),
      writers: facts?.writers ?? [],
      key: facts?.key,
      retentionMs: Number(config?.['retention.ms'] ?? -1),
      cleanup: config?.['cleanup.policy'] ?? 'delete',
    };
  });
}
