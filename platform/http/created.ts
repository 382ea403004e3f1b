import { z } from 'zod';
import { type ReadModel, UnavailableError } from '../messaging/ports.ts';
import { longestWait, preferredWait, tagOf, waitAnswerHeaders } from './conditional.ts';
import type { Reply } from './route.ts';
import { idempotencyKey } from './shapes.ts';

/** The request headers of a POST that creates something, and can wait for what comes of it. */
export const createHeaders = idempotencyKey.extend({
  prefer: z
    .string()
    .optional()
    .describe(
      `\`wait=N\`: answer 201 once the outcome is known, 202 if that takes longer than N seconds (at most ${longestWait}).`,
    ),
});

/** The response headers of what was accepted, and of what was waited for. */
export const acceptedHeaders = { Location: 'Where it is.' } as const;
export const createdHeaders = { ...acceptedHeaders, ...waitAnswerHeaders } as const;

/**
 * Answers a POST that has been accepted: 202 at once; asked to wait (RFC 7240) 201 with the resource
 * as soon as the document is `decided`, and 202 after the wait. Redis being away while it waits
 * changes nothing: what was accepted stays accepted.
 */
export async function answerCreated<S>(creation: {
  readonly id: string;
  readonly location: string;
  /** What is answered as long as nothing is known of it. */
  readonly pending: object;
  /** The request; its signal is looked at only when it waits. */
  readonly request: {
    readonly headers: z.output<typeof createHeaders>;
    readonly signal: AbortSignal;
  };
  readonly model: ReadModel<S>;
  readonly decided: (state: S) => boolean;
  readonly present: (state: S) => object;
}): Promise<Reply> {
  const { id, location, model, decided, request } = creation;
  const wait = preferredWait(request.headers.prefer);
  const accepted = { status: 202, body: creation.pending, headers: { Location: location } };
  if (!wait) return accepted;
  const isDecided = (found: { readonly state: S } | undefined) =>
    found !== undefined && decided(found.state);
  const document = await model
    .wait(id, isDecided, wait * 1_000, request.signal)
    .catch((error: unknown) => {
      if (error instanceof UnavailableError) return undefined;
      throw error;
    });
  if (document === undefined || !isDecided(document)) return accepted;
  return {
    status: 201,
    body: creation.present(document.state),
    headers: {
      Location: location,
      ETag: tagOf(document),
      'Preference-Applied': `wait=${wait}`,
    },
  };
}
