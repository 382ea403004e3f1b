import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Connection, HEAD } from './connection.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A broker that is handed what arrives, and the socket to answer on. */
async function broker(onData: (bytes: Buffer, socket: net.Socket) => void) {
  const server = net.createServer((socket) => {
    ends.push(() => socket.destroy());
    socket.on('data', (bytes: Buffer) => onData(bytes, socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const connection = await Connection.open('127.0.0.1', (server.address() as AddressInfo).port);
  ends.push(() => connection.close());
  return connection;
}

const answer = (id: number, body: string): Buffer => {
  const bytes = Buffer.alloc(8 + body.length);
  bytes.writeInt32BE(4 + body.length, 0);
  bytes.writeInt32BE(id, 4);
  bytes.write(body, 8);
  return bytes;
};
const request = (body: string): Buffer => Buffer.concat([Buffer.alloc(HEAD), Buffer.from(body)]);

describe('a connection to a broker', () => {
  it('puts a head before each request', async () => {
    const seen = Promise.withResolvers<Buffer>();
    const connection = await broker((bytes, socket) => {
      seen.resolve(bytes);
      socket.write(answer(0, 'x'));
    });
    await connection.request(18, 3, request('body'));
    const bytes = await seen.promise;
    expect(bytes.readInt32BE(0)).toBe(bytes.length - 4);
    expect([bytes.readInt16BE(4), bytes.readInt16BE(6), bytes.readInt32BE(8)]).toEqual([18, 3, 0]);
    expect(bytes.toString('latin1', 14)).toBe('hailbody');
  });

  it('gives every request its answer, however they are cut', async () => {
    const bodies = ['a', 'b'.repeat(70_000), '', 'd'];
    const stream = Buffer.concat(bodies.map((body, id) => answer(id, body)));
    let asked = 0;
    const connection = await broker((bytes, socket) => {
      asked += bytes.length / (HEAD + 1);
      if (asked < bodies.length) return;
      const cuts = [3, 9, 12, 40_000, 70_016, 70_020, stream.length];
      for (const [i, cut] of cuts.entries()) {
        const part = stream.subarray(cuts[i - 1] ?? 0, cut);
        setTimeout(() => socket.write(part), 5 * i);
      }
    });
    const got = await Promise.all(bodies.map(() => connection.request(0, 7, request('?'))));
    expect(got.map(String)).toEqual(bodies);
  });

  it('fails what is under way, and what comes after, when it is lost', async () => {
    const connection = await broker((_, socket) => socket.destroy());
    await expect(connection.request(0, 7, request(''))).rejects.toThrow('is lost');
    expect(connection.isOpen).toBe(false);
    await expect(connection.request(0, 7, request(''))).rejects.toMatchObject({ retriable: true });
  });

  it('trusts no broker that answers something else', async () => {
    const connection = await broker((_, socket) => socket.write(answer(7, 'x')));
    await expect(connection.request(0, 7, request(''))).rejects.toThrow('something else');
  });

  it('says where nobody is', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    await expect(Connection.open('127.0.0.1', port)).rejects.toThrow(`127.0.0.1:${port}`);
  });
});
