import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Whether nobody listens on this port of the loopback interface, or of all. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/**
 * Below the ranges from which systems take the ports of outgoing connections (Linux: from 32768 on):
 * one of those could be gone by the time a server has started.
 */
const FROM = 20_000;
const TO = 32_000;
const given = new Set<number>();

async function anyFree(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** The preferred port if it is free, else (or without one) any that is. */
export async function freePort(preferred?: number): Promise<number> {
  return preferred !== undefined && (await isFree(preferred)) ? preferred : anyFree();
}
