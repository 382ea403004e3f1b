// The gateway of the peer: HTTP, a request over Kafka with NestJS's ClientKafka, its reply, HTTP. Plain
// node:http in front, which is less work than Nest's own.
import 'reflect-metadata';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientKafka } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { given, runChild } from '../harness/child.ts';

const topic = given('BENCH_TOPIC');

await runChild(async () => {
  const client = new ClientKafka({
    client: { brokers: given('KAFKA_BROKERS').split(','), clientId: 'bench-nest' },
    consumer: { groupId: 'bench-nest' },
  });
  client.subscribeToResponseOf(topic);
  await client.connect();
  while (client.getConsumerAssignments()[`${topic}.reply`] === undefined) await sleep(20);

  const server = createServer(async (request, response) => {
    try {
      const answer = await lastValueFrom(client.send(topic, await read(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(500).end(JSON.stringify({ detail: (error as Error).message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    told: { url: `http://127.0.0.1:${port}` },
    async stop() {
      server.closeAllConnections();
      server.close();
      await client.close();
    },
  };
});

async function read(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}
