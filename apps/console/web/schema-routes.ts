import { z } from 'zod';
import type { Route } from '../../../platform/http/route.ts';
import { topics } from '../../../schemas/topics.ts';
import type { Connection } from '../core/connect.ts';
import { schemaChanges, schemaVersion, subjectNamed } from '../core/schemas.ts';
import { get } from './routes.ts';

const json = { 200: { description: 'JSON.' } };
const subjectPath = z.object({ subject: z.string().min(1).max(300) });
const version = z.coerce.number().int().min(1);

/** What the page asks the schema registry. */
export function schemaRoutes(connection: Connection): readonly Route[] {
  const { registry } = connection;
  return [
    get({
      path: '/api/schemas',
      operationId: 'subjects',
      tag: 'schemas',
      summary: 'All subjects, and the topics that may hold their records',
      responses: json,
      async handle() {
        const subjects = await registry.subjects();
        const body = subjects.map((subject) => ({ subject, topics: topicsOf(subject) }));
        return { status: 200, body };
      },
    }),
    get({
      path: '/api/schemas/{subject}',
      operationId: 'subject',
      tag: 'schemas',
      summary: 'All versions of a subject',
      params: subjectPath,
      responses: json,
      async handle({ params }) {
        const subject = await subjectNamed(connection, params.subject);
        const [numbers, compatibility] = await Promise.all([
          registry.versions(subject),
          registry.compatibility(subject),
        ]);
        const versions = await Promise.all(
          (numbers ?? []).map((number) => schemaVersion(connection, subject, number)),
        );
        return {
          status: 200,
          body: { subject, compatibility, versions, topics: topicsOf(subject) },
        };
      },
    }),
    get({
      path: '/api/schemas/{subject}/changes',
      operationId: 'changes',
      tag: 'schemas',
      summary: 'What changed from one version to another',
      params: subjectPath,
      query: z.object({ from: version, to: version }),
      responses: json,
      handle: async ({ params: { subject }, query: { from, to } }) => ({
        status: 200,
        body: await schemaChanges(connection, subject, from, to),
      }),
    }),
  ];
}

function topicsOf(subject: string): readonly string[] {
  const type = subject.slice(subject.lastIndexOf('.') + 1);
  return Object.values(topics)
    .filter(({ kind, records }) => kind !== 'dlq' && (records as readonly string[]).includes(type))
    .map(({ name }) => name);
}
