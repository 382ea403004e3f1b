import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstDifference } from './difference.ts';
import type { Schema } from './schema.ts';

/** For tests: a schema registry over HTTP, in memory, that refuses what does not fit the earlier versions. */
export interface FakeRegistry {
  readonly url: string;
  /** `GET /schemas/ids/1` and so on, in the order of their arrival. */
  readonly requests: string[];
  readonly compatibility: ReadonlyMap<string, string>;
  /** While set, every call is answered with this status. */
  outage: number | undefined;
  /** Puts a schema there under the next id, unchecked, and returns the id. */
  plant(schema: unknown): number;
  close(): Promise<void>;
}

/** Starts one on a free port of the loopback interface. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const schemas: string[] = [];
  const subjects = new Map<string, number[]>();
  const compatibility = new Map<string, string>();
  const requests: string[] = [];
  const plant = (schema: unknown) => schemas.push(JSON.stringify(schema));

  function register(subject: string, schema: string): [number, object] {
    const versions = subjects.get(subject) ?? [];
    const found = versions.find((id) => schemas[id - 1] === schema);
    if (found !== undefined) return [200, { id: found }];
    const parse = (text = '') => JSON.parse(text) as Schema;
    if (versions.some((id) => firstDifference(parse(schemas[id - 1]), parse(schema)))) {
      return [409, { error_code: 409, message: `some.RuleException: Incompatible: ${subject}` }];
    }
    const id = schemas.push(schema);
    subjects.set(subject, [...versions, id]);
    return [200, { id }];
  }

  function answer(path: string, body: Record<string, string>): [number, object] {
    const [, kind, name = '', , version] = path.split('/');
    const subject = decodeURIComponent(name);
    if (kind === 'config') {
      compatibility.set(subject, body.compatibility ?? '');
      return [200, body];
    }
    if (kind === 'schemas') {
      const schema = schemas[Number(path.split('/')[3]) - 1];
      return schema === undefined
        ? [404, { error_code: 40403, message: 'none' }]
        : [200, { schema }];
    }
    const ids = subjects.get(subject) ?? [];
    if (body.schema !== undefined) return register(subject, body.schema);
    if (version === undefined) return [200, ids.map((_, i) => i + 1)];
    return [200, { schema: schemas[(ids[Number(version) - 1] ?? 0) - 1] }];
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path}`);
    const body = await read(request);
    const [status, result] = fake.outage === undefined ? answer(path, body) : [fake.outage, {}];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    compatibility,
    outage: undefined,
    plant,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

async function read(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}
