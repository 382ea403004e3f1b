import { v7 as newUuid, v5 as uuidFrom } from 'uuid';
import type { ReadModel } from '../messaging/ports.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ProblemError } from './problem.ts';

/** Remembers, for a day, what was accepted, so that it can be shown before its first event is projected. */
export interface Accepted {
  remember(id: string, body: object): Promise<void>;
  /** Rejects with `UnavailableError` when Redis is away. */
  find(id: string): Promise<object | undefined>;
}

const namespace = '3f0f7c3e-7a5b-5d0e-9a53-0d3c1f5c2b11';

/** A new id (UUIDv7); with an idempotency key always the same one for the same owner and key (UUIDv5). */
export function chooseId(kind: string, owner: string, key: string | undefined): string {
  return key === undefined ? newUuid() : uuidFrom(JSON.stringify([kind, owner, key]), namespace);
}

/** How long the edge waits for Redis on the way to Kafka, in milliseconds: it is only asked as a courtesy. */
const courtesy = 500;

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis gave no answer in time')), courtesy);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is known of an aggregate before a command is sent to it; `unclear` when Redis cannot tell. */
export type Known<S> =
  | { readonly is: 'document'; readonly state: S }
  | { readonly is: 'accepted'; readonly body: object }
  | { readonly is: 'absent' | 'unclear' };

/** Looks up what is known under an id, without ever failing or taking long. */
export async function lookUp<S = never>(
  id: string,
  model: ReadModel<S> | undefined,
  accepted: Accepted,
  logger: Logger,
): Promise<Known<S>> {
  const ask = async (): Promise<Known<S>> => {
    const document = await model?.find(id);
    if (document !== undefined) return { is: 'document', state: document.state };
    const body = await accepted.find(id);
    return body === undefined ? { is: 'absent' } : { is: 'accepted', body };
  };
  try {
    return await within(ask());
  } catch (err) {
    logger.warn({ err, id }, 'cannot look up what a command is for; sending it unchecked');
    return { is: 'unclear' };
  }
}

/**
 * Accepts a request that creates something: sends it and then remembers it. With an idempotency key
 * (`known` given), what was accepted before is not sent again. Redis being away changes nothing for
 * the client: once Kafka has acknowledged, the request is accepted.
 * @param same whether the earlier request of this id asked for the same
 * @throws ProblemError `idempotency-key-reused`; UnavailableError when Kafka is away
 */
export async function accept(creation: {
  readonly id: string;
  readonly body: object;
  readonly send: () => Promise<void>;
  readonly known?: Known<unknown> | undefined;
  readonly same?: boolean;
  readonly accepted: Accepted;
  readonly logger: Logger;
}): Promise<void> {
  const { id, body, known, accepted, logger } = creation;
  const again = known?.is === 'document' || known?.is === 'accepted';
  if (again) {
    const same = known.is === 'accepted' ? isSame(known.body, body) : (creation.same ?? true);
    if (same) return;
    throw new ProblemError(
      'idempotency-key-reused',
      'This Idempotency-Key came with a different request before; use a new key for a new request.',
    );
  }
  await creation.send();
  try {
    await within(accepted.remember(id, body));
  } catch (err) {
    logger.warn({ err, id }, 'accepted, but could not be remembered until it is projected');
  }
}

/** Whether two requests are equal as JSON; both come out of the same schema, so the order of fields is too. */
export function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
