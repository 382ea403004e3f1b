import packageJson from '../../../package.json' with { type: 'json' };
import { startServer } from '../../../platform/http/server.ts';
import { readPort } from '../../../platform/service/environment.ts';
import { runService } from '../../../platform/service/service.ts';
import { loadSchemas } from '../../../schemas/catalogue.ts';
import { topics } from '../../../schemas/topics.ts';
import { connect } from '../core/connect.ts';
import { guard, securityHeaders } from './guard.ts';
import { letterRoutes } from './letter-routes.ts';
import { mapFrame } from './map-frames.ts';
import { createOverview } from './overview.ts';
import { pageAssets } from './pages.ts';
import { createProcesses } from './processes.ts';
import { inspectionRoutes } from './routes.ts';
import { schemaRoutes } from './schema-routes.ts';
import { TripBoard } from './trip-board.ts';

/** What Redis has not told by then is not waited for: somebody looks. In milliseconds. */
const FAIL_AFTER = 2_000;

await runService(
  {
    name: 'console',
    schemas: loadSchemas(),
    writes: [],
    topic: topics.tripEvents.name,
    hasServer: true,
  },
  async (service) => {
    const { codec, environment, logger, metrics, partitions, writer } = service;
    const redis = service.connectRedis('map', FAIL_AFTER);
    const connection = await connect(environment);
    service.onStop(() => connection.close());
    const board = new TripBoard();
    const stopped = new AbortController();
    void board.follow(connection, stopped.signal);
    service.onStop(async () => stopped.abort());
    const processes = createProcesses(process.env['HAIL_DATA_DIR']);
    const server = await startServer({
      routes: [
        ...inspectionRoutes(connection, board, createOverview(connection, board, processes), () =>
          mapFrame(redis, partitions, board),
        ),
        ...schemaRoutes(connection),
        ...letterRoutes(connection, codec, writer, process.env['HAIL_CONSOLE_TOKEN']),
      ],
      info: { title: 'Hail console', version: packageJson.version },
      port: readPort(process.env, 'PORT', 8090),
      host: process.env['HOST'] || '127.0.0.1',
      guard,
      headers: securityHeaders,
      assets: pageAssets(),
      checks: service.checks(),
      metrics,
      logger,
    });
    service.onStop((milliseconds) => server.close(milliseconds));
    return { url: server.url, admin: server.url };
  },
);
