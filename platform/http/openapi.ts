import { toJSONSchema, type ZodType, z } from 'zod';
import { type ProblemCode, problems } from './problem.ts';
import type { Answer, Route } from './route.ts';

type Json = { [key: string]: unknown };

const problem = z
  .looseObject({
    type: z.string().describe('`urn:hail:problem:` and the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was wrong with this request.'),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    errors: z
      .array(
        z.looseObject({
          in: z.enum(['path', 'query', 'header', 'body']),
          field: z.string().describe('JSON pointer (RFC 6901) within that part.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('The invalid parts of the request (only for `invalid-request`).'),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });

/** Describes the routes as OpenAPI 3.1, from the very definitions that validate requests. */
export function describeApi(
  routes: readonly Route[],
  info: { readonly title: string; readonly version: string; readonly description?: string },
): Json {
  const schemas: Json = {};
  const schema = (type: ZodType, io: 'input' | 'output'): Json => {
    const { $schema: _, $defs, ...rest } = toJSONSchema(type, { io }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) {
      schemas[name] = relocate(definition);
    }
    return relocate(rest) as Json;
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = (paths[route.path] ??= {});
    item[route.method] = describeRoute(route, schema);
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: { schemas },
  };
}

function describeRoute(
  route: Route,
  schema: (type: ZodType, io: 'input' | 'output') => Json,
): Json {
  const responses: Json = {};
  for (const [status, answer] of Object.entries(route.responses)) {
    responses[status] = describeAnswer(answer, schema);
    if (Number(status) >= 400) (responses[status] as Json)['content'] = problemContent(schema);
  }
  for (const status of errorStatuses(route)) {
    const titles = Object.values(problems).filter((known) => known.status === status);
    responses[status] ??= {
      description: titles.map(({ title }) => title).join(', or: '),
      content: problemContent(schema),
    };
  }
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    parameters: [
      ...parameters('path', route.params && schema(route.params, 'input')),
      ...parameters('query', route.query && schema(route.query, 'input')),
      ...parameters('header', route.headers && schema(route.headers, 'input')),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schema(route.body, 'input') } },
      },
    }),
    responses,
  };
}

function problemContent(schema: (type: ZodType, io: 'output') => Json): Json {
  return { 'application/problem+json': { schema: schema(problem, 'output') } };
}

function describeAnswer(answer: Answer, schema: (type: ZodType, io: 'output') => Json): Json {
  const { description, headers, contentType = 'application/json' } = answer;
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(answer.schema && {
      content: { [contentType]: { schema: schema(answer.schema, 'output') } },
    }),
  };
}

/** What any such route may answer besides its own: see where `ProblemError` is thrown in this folder. */
function errorStatuses(route: Route): number[] {
  return route.body ? [400, 413, 415, 422, 500, 503] : [400, 422, 500, 503];
}

function parameters(where: 'path' | 'query' | 'header', schema: Json | undefined): Json[] {
  const required = new Set((schema?.['required'] as string[] | undefined) ?? []);
  return Object.entries((schema?.['properties'] as Json | undefined) ?? {}).map(([name, type]) => {
    const { description, ...rest } = type as Json;
    return {
      name,
      in: where,
      required: required.has(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

/** Schemas with an id are kept once, among the components. */
function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : relocate(inner),
    ]),
  );
}
