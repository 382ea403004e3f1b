import type { Kafka } from './client.ts';
import { createCluster } from './cluster.ts';

interface Member {
  readonly memberId: string;
  readonly clientId: string;
}

interface Coordinator {
  describeGroups(request: { readonly groupIds: readonly string[] }): Promise<{
    readonly groups: readonly { readonly members: readonly Member[] }[];
  }>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

/**
 * Leaves a group on behalf of processes that have ended without leaving it themselves. The group would wait for them until
 * their sessions have expired (6 s), and whoever joins meanwhile with it. Where it fails, that is what happens: it never rejects.
 *
 * @param clientIds of processes that have surely ended: one that is still there would have to join anew
 */
export async function leaveFor(
  kafka: Kafka,
  groupId: string,
  clientIds: readonly string[],
): Promise<void> {
  if (clientIds.length === 0) return;
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as Coordinator;
    const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
    for (const { memberId, clientId } of groups.flatMap(({ members }) => members)) {
      if (clientIds.includes(clientId)) await coordinator.leaveGroup({ groupId, memberId });
    }
  } catch {
    // Whatever it is, joining meets it too, and knows how to wait.
  } finally {
    await cluster.disconnect();
  }
}
