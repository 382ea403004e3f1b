import type { GroupDescription } from '../../../platform/kafka/inspect.ts';
import { type Beginning, resolveBeginning } from './beginning.ts';
import type { Connection } from './connect.ts';
import { didYouMean, Problem } from './problem.ts';

/** One partition's share in a reset of a group's offsets. */
export interface OffsetChange {
  readonly topic: string;
  readonly partition: number;
  /** `undefined`: none was committed. */
  readonly from: number | undefined;
  readonly to: number;
}

export interface ResetOptions {
  readonly group: string;
  /** Those in which the group has offsets, if absent. */
  readonly topics?: readonly string[] | undefined;
  readonly to: Beginning;
}

/** A group by name. Rejects with a {@link Problem} when there is none. */
export async function groupOf(connection: Connection, name: string): Promise<GroupDescription> {
  const groups = await connection.inspector.groups();
  const found = groups.find(({ group }) => group === name);
  if (found !== undefined) return found;
  const names = groups.map(({ group }) => group);
  const hint = didYouMean(name, names) || ' `hail groups` lists them.';
  throw new Problem('unknown', `There is no group ${name}.${hint}`);
}

/** What a reset would change; changes nothing. Rejects when there is no such group, topic or offset. */
export async function planReset(
  connection: Connection,
  { group, topics, to }: ResetOptions,
): Promise<readonly OffsetChange[]> {
  await groupOf(connection, group);
  if (topics !== undefined) await connection.expectTopics(topics);
  const all = topics ?? (await connection.inspector.topics());
  const committed = await connection.inspector.committed(group, all);
  const wanted = topics ?? [...new Set(committed.map(({ topic }) => topic))];
  if (wanted.length === 0) {
    throw new Problem('unknown', `The group ${group} has committed no offsets. Name a --topic.`);
  }
  const ranges = await connection.reader.ranges(wanted);
  const places = await resolveBeginning(connection, ranges, to);
  return places.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    from: committed.find((at) => at.topic === topic && at.partition === partition)?.offset,
    to: offset,
  }));
}

/** Makes the changes of a plan. Rejects with a {@link Problem} while the group has members. */
export async function applyReset(
  connection: Connection,
  group: string,
  plan: readonly OffsetChange[],
): Promise<void> {
  const { state, members } = await groupOf(connection, group);
  const refuse = (cause?: unknown) =>
    new Problem(
      'refused',
      `The group ${group} is ${state} with ${members.length} members, which would not notice. Stop them first.`,
      { cause },
    );
  if (members.length > 0) throw refuse();
  const offsets = plan.map(({ topic, partition, to: offset }) => ({ topic, partition, offset }));
  await connection.inspector.commit(group, offsets).catch((error: Error) => {
    throw error.message.includes('member') ? refuse(error) : error;
  });
}
