import net from 'node:net';
import tls from 'node:tls';
import { type Consumer, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { mendKafkajs } from './mend.ts';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Told what kafkajs complains about. */
  readonly onLog?: (level: 'error' | 'warn', message: string, details: object) => void;
}

/** How requests are tried again: starts after 20 ms, not kafkajs' 300 ms, and gives up after about 3 s; callers go on from there. */
export const RETRY = {
  initialRetryTime: 20,
  maxRetryTime: 500,
  factor: 0.2,
  multiplier: 2,
  retries: 8,
};

const socketFactory: NonNullable<KafkaConfig['socketFactory']> = ({
  host,
  port,
  ssl,
  onConnect,
}) => {
  const socket = ssl
    ? tls.connect({ host, port, servername: net.isIP(host) ? '' : host, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect);
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  return socket;
};

/** A kafkajs client with what docs/architecture.md says about kafkajs mended or set. */
export function createKafka({ brokers, clientId, onLog }: KafkaClientOptions): Kafka {
  mendKafkajs();
  return new Kafka({
    clientId,
    brokers: [...brokers],
    socketFactory,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, ...details } = entry.log;
      onLog?.(entry.level === logLevel.ERROR ? 'error' : 'warn', message, details);
    },
  });
}

export type { Consumer, Kafka };
