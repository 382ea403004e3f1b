import { type Dependency, UnavailableError } from '../messaging/ports.ts';
import { ProblemError } from './problem.ts';

/** How long a client should wait before it tries again, in seconds. */
export const retryAfterSeconds = 1;

const missing: Readonly<Record<Dependency, string>> = {
  kafka: 'Kafka cannot be reached',
  redis: 'Redis cannot be reached',
  registry: 'The schema registry cannot be reached',
  readModel: 'What you ask for is being rebuilt from the log',
};

/** Turns whatever was thrown while a request was handled into an error for the client, without internals. */
export function toProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof UnavailableError) {
    return new ProblemError('unavailable', `${missing[thrown.dependency]}; try again shortly.`, {
      cause: thrown,
      headers: { 'Retry-After': String(retryAfterSeconds) },
    });
  }
  return fromExpress(thrown) ?? new ProblemError('internal', undefined, { cause: thrown });
}

/** The errors of Express's body parser and router carry a status and a `type`. */
function fromExpress(thrown: unknown): ProblemError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { status, type } = thrown as { status?: unknown; type?: unknown };
  if (status === 413) {
    return new ProblemError('body-too-large', 'The body may have up to 64 kB (65536 bytes).');
  }
  if (type === 'entity.parse.failed') return new ProblemError('malformed-json', thrown.message);
  if (status === 415) return new ProblemError('unsupported-media-type', thrown.message);
  if (status === 400 || thrown instanceof URIError) {
    return new ProblemError('malformed-request', thrown.message);
  }
  return undefined;
}
