import { z } from 'zod';
import { ProblemError } from '../../platform/http/problem.ts';
import { type Reply, type Route, route, type StreamEvent } from '../../platform/http/route.ts';
import { id } from '../../platform/http/shapes.ts';
import { feedLength } from '../../platform/redis/feed.ts';

/** A piece of news in the feed of `recipient`, as `rider:<riderId>` or `driver:<driverId>`. */
interface Entry {
  readonly recipient: string;
  readonly n: number;
  readonly type: string;
  readonly data: string;
}

/** What the routes need of the feeds (see `platform/redis/follow.ts`). */
export interface Feeds {
  follow(
    after: ReadonlyMap<string, number | undefined>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Entry>>;
}

/** How many people one stream can follow. */
const MOST = 500;

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
const followed = z
  .record(id, z.union([z.literal(''), entryNumber]))
  .optional()
  .describe(
    'Per id the number of the event after which to begin; 0: with all that are kept; empty: with what comes.',
  );

const delivery =
  'Delivered at least once: `eventId` in the data is the same each time, `<place>/<epoch>.<seq>`. The events of one ' +
  'place come in the order of epoch and seq, so who keeps the highest of each place knows what it has had. ' +
  `About the latest ${feedLength} events of a feed are kept.`;
const stream = (description: string) => ({
  200: {
    description: `Server-Sent Events: ${description}, \`event\` is the type, \`data\` the event as JSON. ${delivery}`,
    schema: z.string(),
    contentType: 'text/event-stream',
  },
});
const ofOne = stream('`id` grows along the feed');
const ofMany = stream('`id` is `riders/<riderId>/<number>` or `drivers/<driverId>/<number>`');

/** The news for one rider, for one driver, and for many of both, as event streams. */
export function notificationRoutes(feeds: Feeds): readonly Route[] {
  const one = async (
    recipient: string,
    last: string | undefined,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const entries = await feeds.follow(new Map([[recipient, toNumber(last)]]), signal);
    return { stream: toEvents(entries, ({ n }) => String(n)) };
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
      responses: ofOne,
      handle: ({ params, query, headers, signal }) =>
        one(`rider:${params.riderId}`, headers['last-event-id'] || query.lastEventId, signal),
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
      responses: ofOne,
      handle: ({ params, query, headers, signal }) =>
        one(`driver:${params.driverId}`, headers['last-event-id'] || query.lastEventId, signal),
    }),
    route({
      method: 'post',
      path: '/events',
      operationId: 'followMany',
      tag: 'notifications',
      summary: `Follow the news of up to ${MOST} riders and drivers over one connection`,
      body: z.strictObject({ riders: followed, drivers: followed }),
      responses: ofMany,
      async handle({ body: { riders = {}, drivers = {} }, signal }) {
        const after = new Map([
          ...Object.entries(riders).map(([id, last]) => [`rider:${id}`, toNumber(last)] as const),
          ...Object.entries(drivers).map(([id, last]) => [`driver:${id}`, toNumber(last)] as const),
        ]);
        if (after.size === 0 || after.size > MOST) {
          const detail = `must name 1 to ${MOST} riders and drivers, and names ${after.size}`;
          const errors = [{ in: 'body', field: '', detail }] as const;
          throw new ProblemError('invalid-request', `The body ${detail}.`, { errors });
        }
        const entries = await feeds.follow(after, signal);
        return { stream: toEvents(entries, ({ recipient, n }) => `${toPath(recipient)}/${n}`) };
      },
    }),
  ];
}

/** `rider:7` is at `riders/7`. */
const toPath = (recipient: string): string => recipient.replace(':', 's/');
const toNumber = (last: string | undefined): number | undefined =>
  last ? Number(last) : undefined;

async function* toEvents(
  entries: AsyncIterable<Entry>,
  idOf: (entry: Entry) => string,
): AsyncGenerator<StreamEvent> {
  for await (const entry of entries) {
    yield { id: idOf(entry), event: entry.type, data: entry.data };
  }
}
