import type { ZodType } from 'zod';
import { type FieldError, ProblemError } from './problem.ts';
import type { Route } from './route.ts';

type Part = FieldError['in'];
type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly issues?: readonly Issue[];
};

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function toErrors(part: Part, issue: Issue, base: readonly PropertyKey[] = []): FieldError[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      in: part,
      field: pointer([...path, key]),
      detail: 'is not a known field',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors?.length) {
    // Zod reports the one alternative of the right type itself; here none was, so the first speaks.
    return (issue.errors[0] ?? []).flatMap((inner) => toErrors(part, inner, path));
  }
  if (issue.code === 'invalid_key' && issue.issues?.length) {
    return issue.issues.flatMap((inner) => toErrors(part, inner, path));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ in: part, field: pointer(path), detail: missing ? 'is required' : issue.message }];
}

/**
 * Validates all parts of a request against the route's schemas at once.
 * @throws ProblemError `invalid-request`, naming every invalid field
 */
export function validate(
  route: Route,
  raw: Readonly<Record<'params' | 'query' | 'headers' | 'body', unknown>>,
): { params: unknown; query: unknown; headers: unknown; body: unknown } {
  const errors: FieldError[] = [];
  const check = (part: Part, schema: ZodType | undefined, value: unknown): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) errors.push(...toErrors(part, issue as Issue));
    return undefined;
  };
  const valid = {
    params: check('path', route.params, raw.params),
    query: check('query', route.query, raw.query),
    headers: check('header', route.headers, raw.headers),
    body: check('body', route.body, raw.body),
  };
  const [first] = errors;
  if (first === undefined) return valid;
  const where = first.field === '' ? `The ${first.in}` : `${first.in} ${first.field}`;
  throw new ProblemError('invalid-request', `${where}: ${first.detail}`, { errors });
}
