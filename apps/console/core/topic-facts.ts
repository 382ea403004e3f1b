import { messages, type Topic, topics } from '../../../schemas/topics.ts';

const byName: ReadonlyMap<string, Topic> = new Map(
  Object.values(topics).map((topic) => [topic.name, topic]),
);

const replies: ReadonlySet<string> = new Set([...messages.RiderReply, ...messages.DriverReply]);

/** What the catalogue says of a topic; `undefined` for one that is not Hail's. */
export function catalogued(topic: string): Topic | undefined {
  return byName.get(topic);
}

/** Whether messages of this type answer a question (request/async response). */
export function isReply(type: string): boolean {
  return replies.has(type);
}

/** The kind of aggregate whose inbox or log a topic is: `trip` for `trip.commands`. */
export function kindOf(topic: string): string {
  return topic.slice(0, topic.indexOf('.'));
}
