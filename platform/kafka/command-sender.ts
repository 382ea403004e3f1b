import { randomUUID } from 'node:crypto';
import { header } from '../log/headers.ts';
import type { Codec, NewRecord, Writer } from '../log/ports.ts';
import { type CommandSender, UnavailableError } from '../messaging/ports.ts';

/** A request that Kafka has not acknowledged by then is refused: its client waits. */
const GIVE_UP_AFTER = 4_000;

interface Waiting {
  readonly topic: string;
  readonly records: readonly NewRecord[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  abandoned: boolean;
}

/**
 * Sends commands in natural batches: while one batch is on its way, what arrives forms the next. So
 * order is kept, and the load decides the size.
 *
 * @param source the CloudEvents source of the messages, such as `/hail/facade`
 */
export function createCommandSender(codec: Codec, writer: Writer, source: string): CommandSender {
  let queue: Waiting[] = [];
  let sending = false;

  const flush = async () => {
    sending = true;
    while (queue.length > 0) {
      const batch = queue.filter(({ abandoned }) => !abandoned);
      queue = [];
      const messages = batch.flatMap(({ topic, records }) =>
        records.map((record) => ({ topic, record })),
      );
      if (messages.length === 0) continue;
      try {
        await writer.send(messages);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const error = new UnavailableError('kafka', 'Kafka did not take the command', { cause });
        for (const { reject } of batch) reject(error);
      }
    }
    sending = false;
  };

  return {
    send(inbox, key, messages, traceparent) {
      const records = messages.map(({ type, data }) => ({
        key,
        value: codec.encode(type, data),
        headers: {
          [header.specVersion]: '1.0',
          [header.id]: randomUUID(),
          [header.type]: codec.fullName(type),
          [header.source]: source,
          ...(traceparent !== undefined && { [header.traceparent]: traceparent }),
        },
      }));
      return new Promise<void>((resolve, reject) => {
        const waiting: Waiting = { topic: inbox, records, resolve, reject, abandoned: false };
        const timer = setTimeout(() => {
          waiting.abandoned = true;
          reject(new UnavailableError('kafka', 'Kafka has not answered in time'));
        }, GIVE_UP_AFTER);
        const done = (run: () => void) => () => {
          clearTimeout(timer);
          run();
        };
        queue.push({
          ...waiting,
          resolve: done(resolve),
          reject: (error) => done(() => reject(error))(),
          get abandoned() {
            return waiting.abandoned;
          },
        });
        if (!sending) void flush();
      });
    },
  };
}
