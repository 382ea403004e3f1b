import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalBackends } from '../../infra/backends/local.ts';
import type { BackendName } from '../../infra/backends/types.ts';
import { connectRedis } from '../../platform/redis/connect.ts';
import type { ServiceName, System } from '../start/system.ts';
import { type Poisoner, type PoisonName, poisons } from './poison.ts';

/** What faults are done to. */
export interface Victims {
  readonly backends: LocalBackends;
  readonly system: System;
  readonly poisoner: Poisoner;
}

/** A fault that can be done to the running system. */
export interface FaultKind {
  readonly name: string;
  /** How long latency may take to be normal again after its end, in milliseconds. */
  readonly recoversWithin: number;
  /** Does it, and undoes it; resolves with when it was over. */
  run(victims: Victims): Promise<void>;
}

/** Longer than a group waits for a silent member (6 s). */
const PAUSE = 9_000;
/** How long instances that join stay. */
const STAY = 4_000;
const SERVICE_RECOVERS = 15_000;
const BROKER_RECOVERS = 10_000;

const services: readonly ServiceName[] = ['rider', 'driver', 'trip', 'notification'];

const kill = (pid: number | undefined, signal: NodeJS.Signals) => {
  if (pid !== undefined) process.kill(pid, signal);
};

async function pause(pid: number | undefined, meanwhile?: () => Promise<void>): Promise<void> {
  kill(pid, 'SIGSTOP');
  try {
    await Promise.all([sleep(PAUSE), meanwhile?.()]);
  } finally {
    kill(pid, 'SIGCONT');
  }
}

const server = ({ backends }: Victims, name: BackendName) =>
  backends.processes.find((process) => process.name === name)?.pid;

async function restart(victims: Victims, name: BackendName, signal: NodeJS.Signals): Promise<void> {
  const pid = server(victims, name) as number;
  process.kill(pid, signal);
  while (isThere(pid)) await sleep(20);
  await victims.backends.restart(name);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function flush({ backends }: Victims): Promise<void> {
  const redis = connectRedis(backends.redisUrl, 'hail-faults');
  await redis.flushall();
  redis.disconnect();
}

/** Faults after which latency must be normal again within the same time. */
const within = (
  recoversWithin: number,
  kinds: readonly Omit<FaultKind, 'recoversWithin'>[],
): FaultKind[] => kinds.map((kind) => ({ ...kind, recoversWithin }));

function serviceFaults(name: ServiceName): FaultKind[] {
  const pidOf = ({ system }: Victims) => system.supervised[name].pid;
  return within(SERVICE_RECOVERS, [
    { name: `kill ${name}`, run: async (victims) => kill(pidOf(victims), 'SIGKILL') },
    { name: `pause ${name} for 9 s`, run: (victims) => pause(pidOf(victims)) },
    {
      name: `pause ${name} for 9 s while another takes over`,
      async run(victims) {
        const heir = victims.system.join(name);
        await heir.ready;
        await pause(pidOf(victims));
        await sleep(STAY);
        await heir.stop();
      },
    },
    {
      name: `a second and a third ${name} join; one leaves, one is killed`,
      async run({ system }) {
        const [second, third] = [system.join(name), system.join(name)];
        await Promise.all([second.ready, third.ready]);
        await sleep(STAY);
        await second.stop();
        kill(third.pid, 'SIGKILL');
        await third.stop();
      },
    },
  ]);
}

const others = within(SERVICE_RECOVERS, [
  { name: 'kill facade', run: async ({ system }) => kill(system.supervised.facade.pid, 'SIGKILL') },
  { name: 'pause facade for 9 s', run: ({ system }) => pause(system.supervised.facade.pid) },
  { name: 'kill Redis', run: (victims) => restart(victims, 'redis', 'SIGKILL') },
  { name: 'pause Redis for 9 s', run: (victims) => pause(server(victims, 'redis')) },
  { name: 'empty Redis', run: flush },
  {
    name: 'empty Redis while trip is paused for 9 s',
    run: (victims) => pause(victims.system.supervised.trip.pid, () => flush(victims)),
  },
]);

const brokerFaults = within(BROKER_RECOVERS, [
  { name: 'restart Kafka', run: (victims) => restart(victims, 'kafka', 'SIGTERM') },
  { name: 'kill Kafka', run: (victims) => restart(victims, 'kafka', 'SIGKILL') },
]);

const poisoned = within(
  SERVICE_RECOVERS,
  (Object.keys(poisons) as PoisonName[]).map((name) => ({
    name: `${name} in every inbox`,
    run: ({ poisoner }) => poisoner.poison(name),
  })),
);

/** Everything that is done to the system. */
export const faultKinds: readonly FaultKind[] = [
  ...services.flatMap(serviceFaults),
  ...others,
  ...brokerFaults,
  ...poisoned,
];
