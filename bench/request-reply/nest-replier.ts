// The service of the peer: answers requests from Kafka as a NestJS microservice does.
import 'reflect-metadata';
import { ServerKafka } from '@nestjs/microservices';
import { given, runChild } from '../harness/child.ts';

await runChild(async () => {
  const server = new ServerKafka({
    client: { brokers: given('KAFKA_BROKERS').split(','), clientId: 'bench-nest' },
    consumer: { groupId: 'bench-nest' },
  });
  server.addHandler(given('BENCH_TOPIC'), async ({ riderId }: { riderId: string }) => ({
    riderId,
    outcome: 'VERIFIED',
  }));
  await new Promise<void>((resolve, reject) => {
    server.listen((error?: unknown) => (error ? reject(error) : resolve())).catch(reject);
  });
  return { stop: () => server.close() };
});
