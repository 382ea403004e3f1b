import type { Cluster } from 'kafkajs';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { Connection } from './connection.ts';

/** Who leads is not known (LEADER_NOT_AVAILABLE): it is to be asked anew. */
const NO_LEADER = 5;

interface Metadata {
  readonly brokerPool: {
    readonly metadata: {
      readonly brokers: readonly { nodeId: number; host: string; port: number }[];
    } | null;
  };
}

/** Where partitions are led, as kafkajs knows it, and a connection of our own to each of these brokers. */
export class Leaders {
  readonly #cluster: Cluster;
  readonly #connections = new Map<number, Promise<Connection>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The id of the broker that leads a partition; throws when it is not known. */
  of(topic: string, partition: number): number {
    const found = this.#cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition);
    if (found === undefined || found.leader < 0) {
      throw createErrorFromCode(NO_LEADER);
    }
    return found.leader;
  }

  /** Opened when it is needed, and again when it is lost. Rejects with a `ConnectionError`. */
  async connection(nodeId: number): Promise<Connection> {
    const open = await this.#connections.get(nodeId);
    if (open?.isOpen) return open;
    const opening = this.#open(nodeId);
    this.#connections.set(nodeId, opening);
    opening.catch(() => this.#connections.delete(nodeId));
    return opening;
  }

  /** Asks anew who leads what. */
  refresh(): Promise<void> {
    return this.#cluster.refreshMetadata();
  }

  close(): void {
    for (const opening of this.#connections.values()) {
      opening.then(
        (connection) => connection.close(),
        () => {},
      );
    }
    this.#connections.clear();
  }

  async #open(nodeId: number): Promise<Connection> {
    const { metadata } = (this.#cluster as unknown as Metadata).brokerPool;
    const broker = metadata?.brokers.find((one) => one.nodeId === nodeId);
    if (broker === undefined) throw createErrorFromCode(NO_LEADER);
    return Connection.open(broker.host, broker.port);
  }
}
