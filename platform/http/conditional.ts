import { z } from 'zod';
import type { ReadModel, Versioned } from '../messaging/ports.ts';
import type { Accepted } from './accept.ts';
import { ProblemError } from './problem.ts';
import type { Reply } from './route.ts';

/** The longest wait a client can ask for, in seconds. */
export const longestWait = 60;

/** The request headers of a resource that can be waited for. */
export const waitHeaders = z.object({
  prefer: z
    .string()
    .optional()
    .describe(
      `\`wait=N\`: answer when the resource changes, or after N seconds (at most ${longestWait}).`,
    ),
  'if-none-match': z
    .string()
    .optional()
    .describe('The `ETag` the client has: 304 if the resource is still the same.'),
});

/** The response headers of a resource that can be waited for. */
export const waitAnswerHeaders = {
  ETag: 'Changes whenever the resource does.',
  'Preference-Applied': '`wait=N`, if the request asked to wait.',
} as const;

/** Seconds to wait (RFC 7240), `undefined` if none are asked for. */
export function preferredWait(prefer: string | undefined): number | undefined {
  const seconds = /(?:^|[,\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(prefer ?? '')?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), longestWait);
}

/** Whether one of the tags in `If-None-Match` is this one (weak comparison, RFC 9110). */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

/** The tag of a resource that was accepted and of which nothing else is known yet. */
const pendingTag = '"pending"';

/** The tag of what a document shows. */
export const tagOf = (document: Versioned<unknown>): string => `"${document.version}"`;

/**
 * Answers a GET from a read model: the document as `present` shows it; before there is one, what was
 * accepted as `pending` shows it; else 404. Asked to wait, it answers once the resource differs from
 * the tag given (without a tag: once there is a document), at the latest after the wait.
 * @throws UnavailableError when Redis is away
 */
export async function findResource<S>(request: {
  readonly id: string;
  readonly headers: z.output<typeof waitHeaders>;
  readonly signal: AbortSignal;
  readonly model: ReadModel<S>;
  readonly accepted: Accepted;
  readonly present: (state: S) => object;
  readonly pending: (acceptance: object) => object;
}): Promise<Reply> {
  const { id, model, accepted } = request;
  const given = request.headers['if-none-match'];
  const wait = preferredWait(request.headers.prefer);
  const mayBePending = given === undefined || matches(given, pendingTag);

  // Asked for first: when an acceptance has expired, the document has long been there.
  const asked = mayBePending ? accepted.find(id) : undefined;
  let acceptance: object | undefined;
  let document: Versioned<S> | undefined;
  if (wait) {
    acceptance = await asked;
    const changed = (found: Versioned<S> | undefined): boolean =>
      found === undefined ? acceptance === undefined : !matches(given, tagOf(found));
    document = await model.wait(id, changed, wait * 1_000, request.signal);
  } else {
    [acceptance, document] = await Promise.all([asked, model.find(id)]);
  }
  if (document === undefined) {
    acceptance ??= await accepted.find(id);
    if (acceptance === undefined) throw new ProblemError('not-found');
  }

  const etag = document === undefined ? pendingTag : tagOf(document);
  const headers = {
    ETag: etag,
    Vary: 'Prefer',
    ...(wait !== undefined && { 'Preference-Applied': `wait=${wait}` }),
  };
  if (matches(given, etag)) return { status: 304, headers };
  const body = document ? request.present(document.state) : request.pending(acceptance ?? {});
  return { status: 200, body, headers };
}
