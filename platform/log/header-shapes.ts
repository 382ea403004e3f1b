import { z } from 'zod';
import { deadLetterHeader } from './dead-letter.ts';
import { header } from './headers.ts';

/** What the headers of each kind of record look like, for those who write clients in other languages. */

const cloudEvent = {
  [header.specVersion]: z.literal('1.0'),
  [header.id]: z.string().min(1).describe('Id of the message; a repetition has the same.'),
  [header.type]: z.string().min(1).describe('Full name of the Avro record.'),
  [header.source]: z
    .string()
    .regex(/^\/hail\/\w+$/)
    .describe('Who wrote it: `/hail/facade`, or `/hail/` and a kind of aggregate.'),
};

const traceparent = {
  [header.traceparent]: z
    .string()
    .optional()
    .describe('W3C trace context, passed along from cause to effect.'),
};

const place = /^[\w.-]+\/\d+\/\d+/.source;

const origin = z
  .string()
  .regex(new RegExp(`${place}/\\d+$`))
  .describe(
    'On whose account the message was sent: `<log>/<partition>/<offset>/<index>` of the event. ' +
      'The receiver drops what is not higher than the highest of that log partition.',
  );

const replyTopic = z.string().min(1).describe('The topic to which the answer goes.');
const correlationId = z
  .string()
  .min(1)
  .describe('Chosen by who asks; the answer carries the same.');

/** A command or a measurement, from the facade or (then with `origin`) from another aggregate. */
export const commandHeaders = z
  .strictObject({ ...cloudEvent, [header.origin]: origin.optional(), ...traceparent })
  .meta({ title: 'CommandHeaders' });

/** A command that wants an answer. */
export const requestHeaders = z
  .strictObject({
    ...cloudEvent,
    [header.origin]: origin,
    ...traceparent,
    [header.replyTopic]: replyTopic,
    [header.correlationId]: correlationId,
  })
  .meta({ title: 'RequestHeaders' });

/** The answer to such a command. */
export const replyHeaders = z
  .strictObject({
    ...cloudEvent,
    [header.origin]: origin,
    ...traceparent,
    [header.correlationId]: correlationId,
  })
  .meta({ title: 'ReplyHeaders' });

/** An event in a log. */
export const eventHeaders = z
  .strictObject({
    ...cloudEvent,
    [header.id]: z
      .string()
      .regex(/^[\w.-]+\/\d+\/\d+\.\d+$/)
      .describe('`<log>/<partition>/<epoch>.<seq>`.'),
    [header.epoch]: z
      .string()
      .regex(/^\d+\.\d+$/)
      .describe(
        '`<epoch>.<seq>`: the offset of its writer’s claim, and its number since. It counts only ' +
          'if that is the latest claim before it, and only the first time.',
      ),
    [header.cause]: z
      .string()
      .regex(new RegExp(`${place}(/\\d+\\.\\d+)?$|^deadline/\\d+$`))
      .describe(
        'What was decided: `<topic>/<partition>/<offset>`, and `/<epoch>.<seq>` if that was an ' +
          'event; or `deadline/<milliseconds since 1970>`.',
      ),
    [header.origin]: origin.optional().describe('The origin of the cause, if it had one.'),
    ...traceparent,
    [header.replyTopic]: replyTopic.optional().describe('Passed on from the cause.'),
    [header.correlationId]: correlationId.optional().describe('Passed on from the cause.'),
  })
  .meta({ title: 'EventHeaders' });

/** The record by which an instance takes a shard over. */
export const claimHeaders = z.strictObject(cloudEvent).meta({ title: 'ClaimHeaders' });

/** A record that was set aside: it keeps the headers that it had, whichever they were. */
export const deadLetterHeaders = z
  .looseObject({
    [deadLetterHeader.reason]: z.string().describe('Why it could not be handled.'),
    [deadLetterHeader.topic]: z.string().describe('Where it stood.'),
    [deadLetterHeader.partition]: z.string().regex(/^\d+$/),
    [deadLetterHeader.offset]: z.string().regex(/^\d+$/),
    [deadLetterHeader.group]: z.string().describe('The consumer group that set it aside.'),
    [deadLetterHeader.at]: z.string().regex(/^\d+$/).describe('When, in milliseconds since 1970.'),
  })
  .meta({ title: 'DeadLetterHeaders' });
