import kafkajs, { type Assigner, type Cluster } from 'kafkajs';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

const NAME = 'hail-shards';
const VERSION = 1;

/**
 * Which member gets which partition numbers: as even as possible, and what a member owned it keeps as
 * far as evenness allows. Members come in any order; the result depends only on ids and `owned`.
 *
 * @param owned partition numbers by member id; of two that claim one, the first in id order has it
 */
export function assignShards(
  partitions: number,
  owned: ReadonlyMap<string, readonly number[]>,
): Map<string, number[]> {
  const members = [...owned.keys()].sort();
  const result = new Map<string, number[]>(members.map((id) => [id, []]));
  const free = new Set(Array.from({ length: partitions }, (_, p) => p));
  const least = Math.floor(partitions / members.length);
  let extra = partitions % members.length;
  const keepers = [...members].sort(
    (a, b) => count(owned, b) - count(owned, a) || (a < b ? -1 : 1),
  );
  const quota = new Map(keepers.map((id) => [id, least + (extra-- > 0 ? 1 : 0)]));
  for (const id of members) {
    const kept = result.get(id) as number[];
    for (const p of owned.get(id) ?? []) {
      if (kept.length < (quota.get(id) ?? 0) && free.delete(p)) kept.push(p);
    }
  }
  for (const id of members) {
    const kept = result.get(id) as number[];
    for (const p of free) {
      if (kept.length >= (quota.get(id) ?? 0)) break;
      free.delete(p);
      kept.push(p);
    }
    kept.sort((a, b) => a - b);
  }
  return result;
}

const count = (owned: ReadonlyMap<string, readonly number[]>, id: string) =>
  owned.get(id)?.length ?? 0;

/**
 * The assigner of all of Hail's groups: partition p of every topic goes to one member, and stays
 * there while members come and go. Members tell the leader what they own in their join request.
 *
 * @param owned what this member owns now
 */
export function shardAssigner(owned: () => readonly number[]) {
  return ({ cluster }: { cluster: Cluster }): Assigner => ({
    name: NAME,
    version: VERSION,
    async assign({ members, topics }) {
      const counts = topics.map((topic) => cluster.findTopicPartitionMetadata(topic).length);
      const ownedByMember = new Map(
        members.map(({ memberId, memberMetadata }) => [memberId, readOwned(memberMetadata)]),
      );
      const shares = assignShards(Math.max(0, ...counts), ownedByMember);
      return members.map(({ memberId }) => {
        const share = shares.get(memberId) ?? [];
        const assignment = Object.fromEntries(
          topics.map((topic, i) => [topic, share.filter((p) => p < (counts[i] ?? 0))]),
        );
        return {
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: VERSION,
            assignment,
            userData: Buffer.alloc(0),
          }),
        };
      });
    },
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(owned()));
      return {
        name: NAME,
        metadata: MemberMetadata.encode({ version: VERSION, topics, userData }),
      };
    },
  });
}

function readOwned(metadata: Buffer): number[] {
  try {
    const decoded = MemberMetadata.decode(metadata);
    const owned: unknown = JSON.parse(decoded?.userData?.toString() || '[]');
    return Array.isArray(owned) ? owned.filter((p) => Number.isInteger(p)) : [];
  } catch {
    return [];
  }
}
