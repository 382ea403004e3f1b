import { mkdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { startServer } from './processes.ts';
import { redisServer } from './tools.ts';
import type { BackendProcess } from './types.ts';

/** Answers when Redis has loaded its data; rejects until then. */
export function probeRedis(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString().startsWith('+PONG')) resolve();
      else reject(new Error(data.toString().trim()));
    });
    socket.once('error', reject);
  });
}

/** Redis with an append-only file under `dir`; it never evicts, for what it holds is a read model. */
export async function startRedis(
  {
    port,
    dir,
    progress,
  }: {
    readonly port: number;
    readonly dir: string;
    readonly progress: (text: string) => void;
  },
  started: (process: BackendProcess) => void,
): Promise<void> {
  const data = join(dir, 'redis');
  mkdirSync(data, { recursive: true });
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: data,
    appendonly: 'yes',
    appendfsync: 'everysec',
    // Rewriting the file takes half the time, which the services and Redis itself need.
    rdbcompression: 'no',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const server = startServer({
    name: 'Redis',
    command: redisServer(progress),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    cwd: data,
    logFile: join(dir, 'redis.log'),
  });
  started({ name: 'redis', pid: server.pid, port });
  await server.ready(() => probeRedis(port), 60_000);
}
