import { groupBinding, type Json } from './asyncapi-kafka.ts';
import { messagesOf } from './asyncapi-message.ts';
import type { Topic } from './topics.ts';
import type { Exchange, Traffic } from './traffic.ts';

type Named = readonly (readonly [id: string, topic: Topic])[];

/**
 * An operation for each topic that somebody sends to or receives from, such as `tripSendsToRiderCommands`.
 * Requests have their own, with the reply: `tripAsksVerifyRider`, `riderAnswersVerifyRider`.
 */
export function describeOperations(
  topics: Readonly<Record<string, Topic>>,
  traffic: Traffic,
): Json {
  const named: Named = Object.entries(topics);
  const requests = new Set(traffic.exchanges.map(({ request }) => request));
  const alone = (records: readonly string[]) => records.filter((record) => !requests.has(record));
  const operations: Record<string, Json> = {};
  const add = (name: string, [id]: Named[number], records: readonly string[], rest: Json) => {
    if (records.length > 0) operations[name] = { ...rest, ...where(id, records) };
  };

  for (const [id, topic] of named) {
    for (const writer of topic.writers) {
      const summary = `${capital(writer)} ${doing[topic.kind]} ${topic.name}.`;
      const records = alone(sentBy(writer, topic, traffic));
      add(`${writer}SendsTo${capital(id)}`, [id, topic], records, {
        action: 'send',
        summary,
        tags: [{ name: writer }],
      });
    }
  }
  for (const { name, summary, reads } of traffic.readers) {
    for (const [id, topic] of named) {
      add(`${name}ReceivesFrom${capital(id)}`, [id, topic], alone(reads[topic.name] ?? []), {
        action: 'receive',
        summary,
        tags: [{ name }],
        bindings: { kafka: groupBinding(name) },
      });
    }
  }
  for (const exchange of traffic.exchanges) Object.assign(operations, describe(exchange, named));
  return operations;
}

const doing: Readonly<Record<Topic['kind'], string>> = {
  inbox: 'sends messages to',
  log: 'appends its events to',
  stream: 'sends measurements to',
  dlq: 'sets aside what cannot be handled, in',
};

function sentBy(writer: string, topic: Topic, { sends }: Traffic): readonly string[] {
  const records = messagesOf(topic);
  if (topic.kind !== 'inbox') return records;
  const bySomeService = Object.values(sends).flat();
  return records.filter((record) =>
    writer === 'facade' ? !bySomeService.includes(record) : sends[writer]?.includes(record),
  );
}

/**
 * The channels of replies. They have no address of their own, each request names it; in Hail it is the
 * inbox of who asks.
 */
export function replyChannels(exchanges: readonly Exchange[]): Json {
  const channels = exchanges.map(({ request, reply, asks }) => [
    repliesTo(request),
    {
      address: null,
      title: `Replies to ${request}`,
      description: `The topic that the request names in kafka_replyTopic: the inbox of the ${asks}.`,
      messages: { [reply]: { $ref: `#/components/messages/${reply}` } },
      servers: [{ $ref: '#/servers/kafka' }],
    },
  ]);
  return Object.fromEntries(channels);
}

function repliesTo(request: string): string {
  return `repliesTo${request}`;
}

/** Both sides of a request: who asks sends it, who answers receives it. */
function describe({ asks, request, answers, reply }: Exchange, topics: Named): Json {
  const inbox = topics.find(
    ([, { kind, records }]) => kind === 'inbox' && records.includes(request),
  );
  if (inbox === undefined) throw new Error(`no inbox takes ${request}`);
  const both = {
    ...where(inbox[0], [request]),
    reply: {
      address: {
        location: '$message.header#/kafka_replyTopic',
        description: 'The topic that the request names.',
      },
      ...where(repliesTo(request), [reply]),
    },
  };
  return {
    [`${asks}Asks${request}`]: {
      action: 'send',
      summary: `${capital(asks)} asks, and is answered with ${reply} in its own time.`,
      tags: [{ name: asks }],
      ...both,
    },
    [`${answers}Answers${request}`]: {
      action: 'receive',
      summary: `${capital(answers)} answers with ${reply}, to the topic that the request names.`,
      tags: [{ name: answers }],
      bindings: { kafka: groupBinding(answers) },
      ...both,
    },
  };
}

function where(id: string, records: readonly string[]): Json {
  return {
    channel: { $ref: `#/channels/${id}` },
    messages: records.map((record) => ({ $ref: `#/channels/${id}/messages/${record}` })),
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
