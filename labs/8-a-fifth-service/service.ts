import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { startServer } from '../../platform/http/server.ts';
import { createTopics, partitionCount } from '../../platform/kafka/admin.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import type { Aggregate } from '../../platform/messaging/aggregate.ts';
import { createReadModel } from '../../platform/redis/read-model.ts';
import { addAggregate } from '../../platform/service/aggregates.ts';
import { readEnvironment, readPort } from '../../platform/service/environment.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import type {
  RatingCommand,
  RatingEvent,
  RatingState,
  ReviewEvent,
  ReviewInput,
  ReviewState,
} from './messages.ts';
import { ratingRoutes } from './routes.ts';
import { messages, ratingTopics, tripEvents } from './topics.ts';

/** Those of the catalogue, which it reads, and its own. */
export const schemas = new Map([
  ...loadSchemas(),
  ...loadSchemas(join(import.meta.dirname, 'schemas')),
]);

const PORT = 8095;

/** Runs both kinds of aggregate and one route, in one process. */
export async function runRatings(
  review: Aggregate<ReviewState, ReviewInput, ReviewEvent>,
  rating: Aggregate<RatingState, RatingCommand, RatingEvent>,
): Promise<void> {
  await createRatingTopics();
  await runService(
    {
      name: 'rating',
      schemas,
      writes: [...Object.values(messages).flat(), 'ShardClaimed'],
      topic: ratingTopics.ratingEvents.name,
      hasServer: true,
    },
    async (service) => {
      await Promise.all([addAggregate(service, review), addAggregate(service, rating)]);
      const { partitions, metrics, logger } = service;
      const byKey = (id: string) => partitionOf(id, partitions);
      const ratings = createReadModel<RatingState>(
        service.connectRedis('queries'),
        'rating',
        byKey,
      );
      const server = await startServer({
        routes: ratingRoutes(ratings),
        info: { title: 'Ratings', version: packageJson.version },
        port: readPort(process.env, 'PORT', PORT),
        checks: service.checks(),
        metrics,
        logger,
      });
      service.onStop((milliseconds) => server.close(milliseconds));
      service.onStop(async () => ratings.close());
      return { url: server.url };
    },
  );
}

/** With as many partitions as the log that it listens to: the same key must be in the same partition. */
async function createRatingTopics(): Promise<void> {
  const { kafkaBrokers } = readEnvironment(process.env, 'rating');
  const partitions = await partitionCount(kafkaBrokers, tripEvents);
  const specs = Object.values(ratingTopics).map(({ name, retentionMs }) => ({
    name,
    partitions,
    retentionMs,
  }));
  await createTopics(kafkaBrokers, specs);
}
