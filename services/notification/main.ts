import type { Received } from '../../platform/messaging/message.ts';
import { createFeed, type NewEntry } from '../../platform/redis/feed.ts';
import { addFollower } from '../../platform/service/followers.ts';
import { runService } from '../../platform/service/service.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { topics } from '../../schemas/topics.ts';
import { addressees, type News, newsLogs, notify } from './rules.ts';

/** After a loss of Redis the feeds are made anew from what is this recent: older news is of no use. */
const CATCH_UP = 120_000;

await runService(
  { name: 'notification', schemas: loadSchemas(), writes: [], topic: topics.tripEvents.name },
  async (service) => {
    const feed = createFeed(service.redis);
    await addFollower(service, {
      name: 'notification',
      logs: newsLogs,
      wants: (type) => type in addressees,
      catchUp: CATCH_UP,
      async handle(events) {
        await feed.append(address(events as readonly Received<News>[]));
      },
    });
    return {};
  },
);

function address(events: readonly Received<News>[]): Map<string, NewEntry[]> {
  const entries = new Map<string, NewEntry[]>();
  for (const event of events) {
    const { topic, partition, offset } = event.metadata.coordinate;
    for (const [index, { recipient, type, data }] of notify(event).entries()) {
      // After a loss of Redis a feed is made anew: by the event's id a reader tells what it has had.
      const told = { ...data, eventId: event.metadata.id };
      const entry = { origin: { topic, partition, offset, index }, type, data: told };
      entries.set(recipient, [...(entries.get(recipient) ?? []), entry]);
    }
  }
  return entries;
}
