import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForKafka } from '../../platform/kafka/admin.ts';
import { aotFlags } from './aot.ts';
import { kafkaJars } from './jars.ts';
import { startServer } from './processes.ts';
import { type Jdk, run } from './tools.ts';
import type { BackendProcess } from './types.ts';

export const CLUSTER_ID = 'aGFpbC1oYWlsLWhhaWwtaA';

/** What every broker of ours is told, however it is run: one node, small, keeping records for ever. */
export const brokerSettings: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '4',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.num.partitions': '2',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.num.partitions': '2',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  // After a crash a broker may register again only when its last session has expired: 9 s as brokers come.
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '400',
  'num.network.threads': '2',
  'num.io.threads': '4',
  'log.retention.hours': '-1',
};

function properties(port: number, controller: number, data: string): string {
  const settings = {
    ...brokerSettings,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': data,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Kafka 4.1 as one process: broker and controller (KRaft), data kept under `dir`. */
export async function startKafka(
  {
    jdk,
    port,
    controllerPort,
    dir,
    progress,
  }: {
    readonly jdk: Jdk;
    readonly port: number;
    readonly controllerPort: number;
    readonly dir: string;
    readonly progress: (text: string) => void;
  },
  started: (process: BackendProcess) => void,
): Promise<void> {
  const jars = kafkaJars(progress);
  const data = join(dir, 'kafka');
  mkdirSync(data, { recursive: true });
  const config = join(dir, 'kafka.properties');
  writeFileSync(config, properties(port, controllerPort, data));
  const classPath = ['-cp', join(jars, '*')];
  if (!existsSync(join(data, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config];
    run(jdk.java, ['-XX:TieredStopAtLevel=1', '-Xshare:auto', ...classPath, ...format]);
  }
  const server = startServer({
    name: 'Kafka',
    command: jdk.java,
    args: [
      '-Xms256m',
      '-Xmx384m',
      '-XX:+UseSerialGC',
      ...aotFlags(jdk, 'kafka'),
      ...classPath,
      'kafka.Kafka',
      config,
    ],
    cwd: dir,
    logFile: join(dir, 'kafka.log'),
  });
  started({ name: 'kafka', pid: server.pid, port });
  await server.ready(() => waitForKafka([`127.0.0.1:${port}`]), 60_000);
}
