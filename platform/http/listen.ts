import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export interface Listening {
  /** As `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Stops accepting, lets running requests finish, and resolves when all connections are closed;
   * those still busy after `milliseconds` are cut.
   */
  close(milliseconds?: number): Promise<void>;
}

/**
 * Listens on `port` (0: any free one). Connections are kept alive between requests for 65 s, a
 * request must be read within 30 s.
 * @throws when the port is taken
 */
export async function listen(
  listener: RequestListener,
  port: number,
  host: string,
): Promise<Listening> {
  const server = createServer(
    {
      keepAlive: true,
      keepAliveTimeout: 65_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      noDelay: true,
    },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${name === '0.0.0.0' || name === '[::]' ? '127.0.0.1' : name}:${address.port}`,
    close(milliseconds = 4_000) {
      closing ??= new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), milliseconds);
        // Idle connections are closed at once, and each of the others as its request ends.
        const sweep = setInterval(() => server.closeIdleConnections(), 50);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(sweep);
          resolve();
        });
      });
      return closing;
    },
  };
}
