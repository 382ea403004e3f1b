import { z } from 'zod';
import { type Reply, type Route, route, type StreamEvent } from '../../platform/http/route.ts';
import { id } from '../../platform/http/shapes.ts';

/** What the routes need of the feeds (see `platform/redis/follow.ts`). */
export interface Feeds {
  follow(
    recipient: string,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<{ readonly n: number; readonly type: string; readonly data: string }>>;
}

const entryNumber = z
  .string()
  .regex(/^\d{1,16}$/, 'must be the id of an event, or 0 for all that are kept');
const query = z.object({
  lastEventId: entryNumber
    .optional()
    .describe('Begin after this id; 0: with all that are kept; absent: with what comes.'),
});
const headers = z.object({
  'last-event-id': z
    .union([entryNumber, z.literal('')])
    .optional()
    .describe('As `lastEventId`, and stronger: what browsers send when they reconnect.'),
});

const responses = {
  200: {
    description:
      'Server-Sent Events: `id` grows along the feed, `event` is the type, `data` the event as JSON. ' +
      'Delivered at least once: `eventId` in the data is the same each time. About the latest 1000 are kept.',
    schema: z.string(),
    contentType: 'text/event-stream',
  },
};

/** The news for one rider, and for one driver, as event streams. */
export function notificationRoutes(feeds: Feeds): readonly Route[] {
  const stream = async (
    recipient: string,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const entries = await feeds.follow(recipient, after ? Number(after) : undefined, signal);
    return { stream: toEvents(entries) };
  };
  return [
    route({
      method: 'get',
      path: '/riders/{riderId}/events',
      operationId: 'followRider',
      tag: 'notifications',
      summary: "Follow a rider's news",
      params: z.object({ riderId: id }),
      query,
      headers,
      responses,
      handle: ({ params, query, headers, signal }) =>
        stream(`rider:${params.riderId}`, headers['last-event-id'] || query.lastEventId, signal),
    }),
    route({
      method: 'get',
      path: '/drivers/{driverId}/events',
      operationId: 'followDriver',
      tag: 'notifications',
      summary: "Follow a driver's news, offers included",
      params: z.object({ driverId: id }),
      query,
      headers,
      responses,
      handle: ({ params, query, headers, signal }) =>
        stream(`driver:${params.driverId}`, headers['last-event-id'] || query.lastEventId, signal),
    }),
  ];
}

async function* toEvents(
  entries: AsyncIterable<{ readonly n: number; readonly type: string; readonly data: string }>,
): AsyncGenerator<StreamEvent> {
  for await (const { n, type, data } of entries) yield { id: String(n), event: type, data };
}
