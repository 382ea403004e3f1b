import type { PartitionOffset, PartitionRange } from '../../../platform/kafka/topic-reader.ts';
import type { Connection } from './connect.ts';

/** What a group has not yet done of one shard: one partition number of all topics that it reads. */
export interface ShardLag {
  readonly group: string;
  /** `trip:2`; for groups that are not Hail's own the group's name and the partition. */
  readonly shard: string;
  readonly partition: number;
  /** Client id of the member that has it, if one has. */
  readonly owner: string | undefined;
  readonly records: number;
  /** Age of the oldest record not yet done, in seconds; 0 when there is none. */
  readonly seconds: number;
  readonly topics: readonly TopicLag[];
}

export interface TopicLag {
  readonly topic: string;
  /** The next offset; `undefined` if the group has stored none. */
  readonly at: number | undefined;
  readonly end: number;
  readonly records: number;
}

const HAIL = 'hail.';

/**
 * The lag of every group of Hail, or of the one that is named, per shard. It is told by the offsets that
 * groups commit; followers of logs keep theirs in Redis. Both trail the truth by half a second at most.
 */
export async function lagOf(connection: Connection, only?: string): Promise<readonly ShardLag[]> {
  const all = await connection.inspector.groups();
  const groups = all.filter(({ group }) =>
    only === undefined ? group.startsWith(HAIL) : group === only,
  );
  const topics = await connection.inspector.topics();
  const ranges = await connection.reader.ranges(topics);
  const now = Date.now();
  const lags = groups.map(async ({ group, members }) => {
    const committed = await connection.inspector.committed(group, topics);
    const assigned = members.flatMap(({ assignment }) => Object.keys(assignment));
    const read = new Set([...committed.map(({ topic }) => topic), ...assigned]);
    const own = ranges.filter(({ topic }) => read.has(topic));
    const positions = await Promise.all(
      own.map((range) => positionOf(connection, group, committed, range)),
    );
    const oldest = await oldestOf(connection, positions);
    const byPartition = Map.groupBy(positions, ({ range }) => range.partition);
    return [...byPartition].map(([partition, shard]): ShardLag => {
      const times = shard.map(({ range }) => oldest.get(placeOf(range)) ?? now);
      const owner = members.find(({ assignment }) =>
        Object.values(assignment).some((partitions) => partitions.includes(partition)),
      );
      const topics = shard.map(({ range: { topic, end }, at, records }) => ({
        topic,
        at,
        end,
        records,
      }));
      return {
        group,
        shard: `${group.startsWith(HAIL) ? group.slice(HAIL.length) : group}:${partition}`,
        partition,
        owner: owner?.clientId,
        records: topics.reduce((sum, { records }) => sum + records, 0),
        seconds: Math.max(0, now - Math.min(...times)) / 1_000,
        topics,
      };
    });
  });
  return (await Promise.all(lags)).flat();
}

interface ShardPosition {
  readonly range: PartitionRange;
  readonly at: number | undefined;
  readonly records: number;
}

async function positionOf(
  { readModels }: Connection,
  group: string,
  committed: readonly PartitionOffset[],
  range: PartitionRange,
): Promise<ShardPosition> {
  const { topic, partition, start, end } = range;
  const offset = committed.find((at) => at.topic === topic && at.partition === partition)?.offset;
  const follower = group.startsWith(HAIL) ? group.slice(HAIL.length) : undefined;
  const followed =
    offset === undefined && follower !== undefined
      ? await readModels.followed(follower, topic, partition)
      : undefined;
  const at = offset ?? followed?.offset;
  return { range, at, records: at === undefined ? 0 : Math.max(0, end - Math.max(at, start)) };
}

/** The time stamps of the records that are next, by partition. */
async function oldestOf(
  { reader }: Connection,
  positions: readonly ShardPosition[],
): Promise<ReadonlyMap<string, number>> {
  const behind = positions.flatMap(({ range: { topic, partition, start }, at, records }) =>
    at === undefined || records === 0 ? [] : [{ topic, partition, offset: Math.max(at, start) }],
  );
  // One by one: of several partitions Kafka gives a record larger than the limit only of the first.
  const fetched = (await Promise.all(behind.map((at) => reader.fetch([at], 0, 1)))).flat();
  return new Map(
    fetched.flatMap(({ topic, partition, records: [first] }) =>
      first === undefined ? [] : [[placeOf({ topic, partition }), first.timestamp]],
    ),
  );
}

function placeOf({ topic, partition }: Pick<PartitionRange, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
