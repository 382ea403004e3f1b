/** Every error a client can get: its code, HTTP status and title. The only place where codes meet statuses. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request is not well-formed' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  unauthorized: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'This may not be done from there' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource does not have this method' },
  'already-ended': { status: 409, title: 'It has ended and can no longer change' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json in UTF-8' },
  'invalid-request': { status: 422, title: 'A part of the request is not valid' },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for another request',
  },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const;

export type ProblemCode = keyof typeof problems;

/** One invalid part of a request. */
export interface FieldError {
  readonly in: 'path' | 'query' | 'header' | 'body';
  /** JSON pointer (RFC 6901) within that part, as `/pickup/latitude`; empty for the whole. */
  readonly field: string;
  readonly detail: string;
}

/** Thrown by a handler to answer with an error; `detail` is shown to the client, `cause` only logged. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ProblemCode,
    detail?: string,
    options: ErrorOptions & {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail ?? problems[code].title, options);
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** The body of an error: RFC 9457, with our `code` and, for an invalid request, the fields. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

export function problemBody(problem: ProblemError): ProblemBody {
  const { status, title } = problems[problem.code];
  return {
    type: `urn:hail:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    ...(problem.errors && { errors: problem.errors }),
  };
}
