export type BackendName = 'kafka' | 'registry' | 'redis';

/** A server process that belongs to a start. */
export interface BackendProcess {
  readonly name: BackendName;
  readonly pid: number;
  readonly port: number;
}

export type Provider = 'external' | 'local' | 'docker';

/** Where Kafka, the schema registry and Redis are, and how to end them. */
export interface Addresses {
  /** `host:port` each. */
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  /** Base of the registry's Confluent-compatible API. */
  readonly schemaRegistryUrl: string;
}

export interface Backends extends Addresses {
  readonly provider: Provider;
  /** Empty for `external` and `docker`. */
  readonly processes: readonly BackendProcess[];
  /** Stops what was started, and only that. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  /** Where data and logs go. */
  readonly dataDir: string;
  /** `preferred`: 9092, 8081 and 6379 if they are free; `free`: any. */
  readonly ports: 'preferred' | 'free';
  /** Whether the data is to be there at the next start; under `dataDir`, with containers in volumes. */
  readonly keep: boolean;
  /** Begin with empty data. */
  readonly fresh?: boolean;
  /** Told about steps that take a while. */
  readonly progress?: (text: string) => void;
}

/** A part is missing or a server would not start; the message says what to do. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}
