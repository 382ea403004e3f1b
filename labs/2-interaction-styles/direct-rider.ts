// A rider service as it would be if Hail's services called each other: it answers over HTTP, at once.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { connectRedis } from '../../platform/redis/connect.ts';
import { readDocuments } from '../../platform/redis/documents.ts';
import { readEnvironment } from '../../platform/service/environment.ts';
import type { RiderState } from '../../services/rider/rider.ts';

/** `POST /verify` has it as its body. */
export interface Question {
  readonly riderId: string;
  readonly amountMinor: number;
  /** How many partitions there are. */
  readonly partitions: number;
}

const redis = connectRedis(
  readEnvironment(process.env, 'direct-rider').redisUrl,
  'direct',
  () => {},
);

/** It looks and answers; nothing is held, so that two askers at once may both hear yes. */
async function verify({ riderId, amountMinor, partitions }: Question) {
  const [document] = await readDocuments(redis, 'rider', partitionOf(riderId, partitions), [
    riderId,
  ]);
  const state = (document?.state ?? { status: 'unregistered' }) as RiderState;
  const covered = state.status === 'active' && state.account.available >= amountMinor;
  return { outcome: covered ? 'VERIFIED' : 'REFUSED' };
}

const server = createServer(async (request, response) => {
  try {
    const answer = await verify((await json(request)) as Question);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end((error as Error).message);
  }
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('disconnect', () => process.exit(0));
