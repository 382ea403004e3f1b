import { type Admin, AssignerProtocol, type Cluster } from 'kafkajs';
import type { Kafka } from './client.ts';
import { createCluster } from './cluster.ts';
import { type ReplicaSize, replicaSizes } from './log-sizes.ts';
import type { PartitionOffset } from './topic-reader.ts';

/** A consumer group and who is in it. */
export interface GroupDescription {
  readonly group: string;
  /** Kafka's word: `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Dead`. */
  readonly state: string;
  /** `consumer` for groups that share out partitions; others (Connect, the registry) have their own. */
  readonly protocolType: string;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly host: string;
  /** Partition numbers by topic. */
  readonly assignment: Readonly<Record<string, readonly number[]>>;
}

/** Looks at a cluster from outside. Everything but `commit` only reads; rejects when Kafka is away. */
export interface Inspector {
  /** All topics that are not Kafka's own, sorted. */
  topics(): Promise<readonly string[]>;
  /** Names and values of the topic's configuration, by topic. */
  configs(
    topics: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** Bytes on disk, every replica by itself. */
  sizes(): Promise<readonly ReplicaSize[]>;
  groups(): Promise<readonly GroupDescription[]>;
  /** The offsets a group has committed in these topics; partitions without one are left out. */
  committed(group: string, topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  /**
   * Commits offsets on behalf of a group, as one request. Kafka refuses, and this rejects, when the group has
   * members: they would not notice.
   */
  commit(group: string, offsets: readonly PartitionOffset[]): Promise<void>;
  close(): Promise<void>;
}

/** Kafka's number for this kind of thing that can be configured. */
const TOPIC = 2;

export async function createInspector(kafka: Kafka): Promise<Inspector> {
  const admin = kafka.admin();
  await admin.connect();
  let connected: Promise<Cluster> | undefined;
  // Only few questions need it, and connections take time to open.
  const cluster = () => (connected ??= connectCluster(kafka));
  return {
    async topics() {
      const all = await admin.listTopics();
      return all.filter((name) => !name.startsWith('__')).sort();
    },
    configs: (topics) => describeConfigs(admin, topics),
    async sizes() {
      const brokers = await cluster();
      await brokers.refreshMetadata();
      return replicaSizes(brokers);
    },
    groups: () => describeGroups(admin),
    async committed(groupId, topics) {
      const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return found.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
          .filter(({ offset }) => offset >= 0),
      );
    },
    async commit(groupId, offsets) {
      const coordinator = await (await cluster()).findGroupCoordinator({ groupId });
      const byTopic = Map.groupBy(offsets, ({ topic }) => topic);
      await coordinator.offsetCommit({
        groupId,
        // Neither member nor generation: Kafka takes it only for a group that nobody is in.
        memberId: '',
        groupGenerationId: -1,
        topics: [...byTopic].map(([topic, some]) => ({
          topic,
          partitions: some.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
        })),
      });
    },
    async close() {
      await Promise.all([admin.disconnect(), connected?.then((brokers) => brokers.disconnect())]);
    },
  };
}

async function connectCluster(kafka: Kafka): Promise<Cluster> {
  const cluster = createCluster(kafka);
  await cluster.connect();
  return cluster;
}

async function describeConfigs(admin: Admin, topics: readonly string[]) {
  if (topics.length === 0) return new Map<string, Record<string, string>>();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries.map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  );
}

async function describeGroups(admin: Admin): Promise<readonly GroupDescription[]> {
  const { groups: listed } = await admin.listGroups();
  if (listed.length === 0) return [];
  const { groups } = await admin.describeGroups(listed.map(({ groupId }) => groupId));
  return groups
    .map(({ groupId, state, protocolType, members }) => ({
      group: groupId,
      state,
      protocolType,
      members: members.map(({ memberId, clientId, clientHost, memberAssignment }) => ({
        memberId,
        clientId,
        host: clientHost.replace(/^\//, ''),
        assignment: readAssignment(memberAssignment),
      })),
    }))
    .sort((a, b) => a.group.localeCompare(b.group));
}

/** Empty for a member that is still joining, and for groups that assign something else than partitions. */
function readAssignment(bytes: Buffer): Readonly<Record<string, readonly number[]>> {
  try {
    return AssignerProtocol.MemberAssignment.decode(bytes)?.assignment ?? {};
  } catch {
    return {};
  }
}
