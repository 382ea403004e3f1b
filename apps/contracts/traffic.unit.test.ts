import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryOf } from '../../platform/avro/arbitrary.ts';
import { groupOf } from '../../platform/log/runner.ts';
import type { Message, Outgoing, Received } from '../../platform/messaging/message.ts';
import { received } from '../../platform/testing/given-when-then.ts';
import { loadSchemas } from '../../schemas/catalogue.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import { GROUP } from '../../services/driver/locations.ts';
import { aggregates, hailTraffic } from './traffic.ts';

const schemas = loadSchemas();
const all = Object.values<Topic>(topics);
const traffic = hailTraffic();

/** What a policy sends on account of any events of its log, as they may come. */
function sentBy({ log, policy }: (typeof aggregates)[number]): readonly Outgoing[] {
  const events = all.find(({ name }) => name === log)?.records ?? [];
  const reply = { replyTopic: topics.tripCommands.name, correlationId: 'c' };
  return events
    .filter((type) => type !== 'ShardClaimed')
    .flatMap((type) => {
      const data = fc.sample(arbitraryOf(schemas.get(type)?.schema ?? 'null'), 100) as object[];
      return data.flatMap((data) => {
        const event = received<Message>({ type, data }, reply) as Received<never>;
        return policy(event);
      });
    });
}

describe('the traffic', () => {
  it.each(aggregates)('names exactly what the policy of a $kind sends', (aggregate) => {
    const sent = new Set(sentBy(aggregate).map(({ message }) => message.type));
    expect([...sent].sort()).toEqual([...(traffic.sends[aggregate.kind] ?? [])].sort());
  });

  it.each(aggregates)(
    'goes from a $kind to inboxes that take it, and name it as a writer',
    (aggregate) => {
      for (const { to, message } of sentBy(aggregate)) {
        const topic = all.find(({ name }) => name === to);
        expect(topic?.records, `${to} takes ${message.type}`).toContain(message.type);
        expect(topic?.writers, `writers of ${to}`).toContain(aggregate.kind);
      }
    },
  );

  it('names the readers by the consumer groups that the services join', () => {
    const joined = [...aggregates.map(({ kind }) => groupOf(kind)), GROUP, 'hail.notification'];
    expect(traffic.readers.map(({ name }) => `hail.${name}`)).toEqual(joined);
  });

  it('has the requests that name a reply topic, which is the inbox of who asks', () => {
    const asked = aggregates.flatMap((aggregate) =>
      sentBy(aggregate)
        .filter(({ replyTopic }) => replyTopic !== undefined)
        .map(({ message, replyTopic }) => {
          expect(replyTopic).toBe(aggregate.inbox);
          return `${aggregate.kind} asks ${message.type}`;
        }),
    );
    const described = traffic.exchanges.map(({ asks, request }) => `${asks} asks ${request}`);
    expect([...new Set(asked)].sort()).toEqual([...described].sort());
  });

  it('has every answer sent by who is asked, with a correlation id', () => {
    for (const { request, answers, reply } of traffic.exchanges) {
      const responder = aggregates.find(({ kind }) => kind === answers);
      const taken = all.find(({ name }) => name === responder?.inbox)?.records;
      expect(taken, `${answers} takes ${request}`).toContain(request);
      const sent = responder ? sentBy(responder) : [];
      const replies = sent.filter(({ message }) => message.type === reply);
      expect(replies.length).toBeGreaterThan(0);
      for (const { correlationId } of replies) expect(correlationId).toBeDefined();
    }
  });
});
