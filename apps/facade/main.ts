import packageJson from '../../package.json' with { type: 'json' };
import { startServer } from '../../platform/http/server.ts';
import { createCommandSender } from '../../platform/kafka/command-sender.ts';
import { partitionOf } from '../../platform/kafka/partition-of.ts';
import { createAccepted } from '../../platform/redis/accepted.ts';
import { createFeed } from '../../platform/redis/feed.ts';
import { createFeedFollower } from '../../platform/redis/follow.ts';
import { createReadModel } from '../../platform/redis/read-model.ts';
import { readPort } from '../../platform/service/environment.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { recordsWrittenBy, topics } from '../../schemas/topics.ts';
import type { DriverState } from '../../services/driver/driver/driver.ts';
import type { RiderState } from '../../services/rider/rider.ts';
import type { TripState } from '../../services/trip/trip.ts';
import { facadeInfo, facadeRoutes } from './routes.ts';

/** A query that Redis has not answered by then fails: somebody waits. In milliseconds. */
const FAIL_AFTER = 2_000;

await runService(
  {
    name: 'facade',
    schemas: loadSchemas(),
    writes: recordsWrittenBy('facade'),
    topic: topics.tripCommands.name,
    hasServer: true,
  },
  async (service) => {
    const { codec, writer, logger, metrics, partitions } = service;
    const redis = service.connectRedis('queries', FAIL_AFTER);
    const commands = createCommandSender(codec, writer, '/hail/facade');
    const accepted = createAccepted(redis);
    const model = <S>(kind: string) => {
      const readModel = createReadModel<S>(redis, kind, (id) => partitionOf(id, partitions));
      service.onStop(async () => readModel.close());
      return readModel;
    };
    const feeds = createFeedFollower(createFeed(redis), service.connectRedis('feeds'));
    const routes = facadeRoutes({
      commands,
      accepted,
      riders: model<RiderState>('rider'),
      drivers: model<DriverState>('driver'),
      trips: model<TripState>('trip'),
      feeds,
      logger,
      now: Date.now,
    });
    const server = await startServer({
      routes,
      info: { ...facadeInfo, version: packageJson.version },
      port: readPort(process.env, 'PORT', 8080),
      host: process.env['HOST'] || '127.0.0.1',
      checks: service.checks(),
      metrics,
      logger,
    });
    service.onStop((milliseconds) => server.close(milliseconds));
    return { url: server.url };
  },
);
