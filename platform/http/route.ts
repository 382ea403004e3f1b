import type { output, ZodType } from 'zod';

/** An entry of an event stream. `data` is one line of text (JSON has no line breaks). */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** What a handler answers: a status with a JSON body (if any), or Server-Sent Events. */
export type Reply =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      /** Read one by one as the client takes them; `return()` is called when the client has gone. */
      readonly stream: AsyncIterable<StreamEvent>;
    };

/** A validated request. */
export interface Request<P = unknown, Q = unknown, H = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  /** By lower-case name. */
  readonly headers: H;
  readonly body: B;
  /** W3C trace context for whatever this request causes. */
  readonly traceparent: string;
  /** Aborted when the client has gone, or when the server shuts down and waiting should end. */
  readonly signal: AbortSignal;
}

/** What a reply of one status means, and its body. */
export interface Answer {
  readonly description: string;
  readonly schema?: ZodType;
  /** `text/event-stream` for a stream; else JSON. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route as data: what validates a request also documents it. */
export interface RouteDefinition<P, Q, H, B> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With parameters in braces, as `/trips/{tripId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: ZodType<P>;
  readonly query?: ZodType<Q>;
  readonly headers?: ZodType<H>;
  readonly body?: ZodType<B>;
  /** Answers of this route's own; the errors any route may give are added to the documentation. */
  readonly responses: Readonly<Record<number, Answer>>;
  /** Throws a `ProblemError` to answer with an error. */
  handle(request: Request<P, Q, H, B>): Promise<Reply>;
}

/** A route whose handler takes what its schemas have let through. */
export type Route = RouteDefinition<never, never, never, never>;

type Out<S extends ZodType | undefined> = S extends ZodType ? output<S> : undefined;

/** Checks a route definition: `handle` is given exactly what the schemas yield. */
export function route<
  P extends ZodType | undefined = undefined,
  Q extends ZodType | undefined = undefined,
  H extends ZodType | undefined = undefined,
  B extends ZodType | undefined = undefined,
>(
  definition: Omit<Route, 'params' | 'query' | 'headers' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly headers?: H;
    readonly body?: B;
    handle(request: Request<Out<P>, Out<Q>, Out<H>, Out<B>>): Promise<Reply>;
  },
): Route {
  return definition as unknown as Route;
}
