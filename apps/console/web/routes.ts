import { z } from 'zod';
import { type Route, type RouteDefinition, route } from '../../../platform/http/route.ts';
import { parseBeginning } from '../core/beginning.ts';
import type { Connection } from '../core/connect.ts';
import { parseExpression } from '../core/expression.ts';
import { type Filter, lastOf, tail } from '../core/tail.ts';
import { topicFacts } from '../core/topics.ts';
import { lasting, sharedFrames } from './frames.ts';
import { forPage } from './problems.ts';
import { recordPage } from './record-page.ts';
import { rowOf } from './rows.ts';
import type { MapFrame, Overview, Row } from './shapes.ts';
import { storyFrames } from './story-frames.ts';
import { tailFrames } from './tail-frames.ts';
import type { TripBoard } from './trip-board.ts';

const OVERVIEW_EVERY = 2_000;
const MAP_EVERY = 500;
const TRIPS_EVERY = 1_000;
const RECENT_TRIPS = 100;

const stream = { 200: { description: 'Server-Sent Events.', contentType: 'text/event-stream' } };
const json = { 200: { description: 'JSON.' } };
const topicPath = z.object({ topic: z.string().min(1).max(249) });
const place = topicPath.extend({
  partition: z.coerce.number().int().min(0),
  offset: z.coerce.number().int().min(0),
});
const filterQuery = z.object({
  /** A field expression. */
  filter: z.string().max(2_000).optional(),
  key: z.string().max(500).optional(),
  type: z.string().max(200).optional(),
});

/** What the page asks for to look. Nothing here writes. */
export function inspectionRoutes(
  connection: Connection,
  board: TripBoard,
  overview: () => Promise<Overview>,
  map: () => Promise<MapFrame>,
): readonly Route[] {
  const overviews = sharedFrames(OVERVIEW_EVERY, overview);
  const maps = sharedFrames(MAP_EVERY, map);
  const trips = sharedFrames(TRIPS_EVERY, async () => board.recent(RECENT_TRIPS));
  return [
    live('overview', '/api/overview', (signal) => overviews(signal)),
    live('map', '/api/map', (signal) => maps(signal)),
    live('trips', '/api/trips', (signal) => trips(signal)),
    get({
      path: '/api/topics',
      operationId: 'topics',
      tag: 'topics',
      summary: 'All topics, as they are now',
      responses: json,
      handle: async () => ({ status: 200, body: await topicFacts(connection) }),
    }),
    get({
      path: '/api/topics/{topic}/tail',
      operationId: 'tail',
      tag: 'topics',
      summary: 'What comes into a topic',
      params: topicPath,
      query: filterQuery,
      responses: stream,
      async handle({ params: { topic }, query, signal }) {
        const filter = filterOf(query);
        await connection.expectTopics([topic]);
        return { stream: lasting(signal, () => tailFrames(connection, topic, filter, signal)) };
      },
    }),
    get({
      path: '/api/topics/{topic}/records',
      operationId: 'records',
      tag: 'topics',
      summary: 'Records from some place on',
      params: topicPath,
      query: filterQuery.extend({
        from: z.string().max(100),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      responses: json,
      async handle({ params: { topic }, query }) {
        const { from, limit } = query;
        const what = { topics: [topic], filter: filterOf(query) };
        const rows: Row[] = [];
        if (from === 'end')
          rows.push(...(await lastOf(connection, what, limit)).records.map(rowOf));
        else {
          const options = { ...what, from: parseBeginning(from, Date.now()), limit, follow: false };
          for await (const some of tail(connection, options)) rows.push(...some.map(rowOf));
        }
        return { status: 200, body: rows };
      },
    }),
    get({
      path: '/api/records/{topic}/{partition}/{offset}',
      operationId: 'record',
      tag: 'topics',
      summary: 'A record, decoded, and its bytes explained',
      params: place,
      responses: json,
      handle: async ({ params }) => ({ status: 200, body: await recordPage(connection, params) }),
    }),
    get({
      path: '/api/trips/{tripId}/story',
      operationId: 'story',
      tag: 'trips',
      summary: 'Everything that happened on account of a trip, until it has ended',
      params: z.object({ tripId: z.string().min(1).max(100) }),
      responses: stream,
      handle: async ({ params: { tripId }, signal }) => ({
        stream: lasting(signal, () => storyFrames(connection, tripId, signal)),
      }),
    }),
  ];
}

/** A GET route whose errors are told as the page shows them. */
export function get<P, Q>(
  definition: Omit<RouteDefinition<P, Q, undefined, undefined>, 'method'>,
): Route {
  const { handle } = definition;
  return route({
    ...(definition as unknown as Route),
    method: 'get',
    handle: (request: never) =>
      handle(request).catch((error: unknown) => {
        throw forPage(error);
      }),
  });
}

function live(
  operationId: string,
  path: string,
  frames: (signal: AbortSignal) => ReturnType<ReturnType<typeof sharedFrames>>,
): Route {
  return get({
    ...{ path, operationId, tag: 'live', summary: `The ${operationId} as it changes` },
    responses: stream,
    handle: async ({ signal }) => ({ stream: frames(signal) }),
  });
}

function filterOf({ filter, key, type }: z.output<typeof filterQuery>): Filter {
  return {
    ...(filter && { expression: parseExpression(filter) }),
    ...(key && { keys: [key] }),
    ...(type && { types: [type] }),
  };
}
