import { join } from 'node:path';
import { aotFlags } from './aot.ts';
import { registryApp } from './jars.ts';
import { startServer } from './processes.ts';
import type { Jdk } from './tools.ts';
import type { BackendProcess } from './types.ts';

/** The Confluent-compatible API of an Apicurio registry. */
export const confluentApi = (port: number) => `http://127.0.0.1:${port}/apis/ccompat/v7`;

/** Answers when the registry does; rejects until then. */
export async function probeRegistry(port: number): Promise<void> {
  const response = await fetch(`${confluentApi(port)}/subjects`, {
    signal: AbortSignal.timeout(2_000),
  });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
}

/** Apicurio Registry as one process, its schemas in an H2 file under `dir`. */
export async function startRegistry(
  {
    jdk,
    port,
    dir,
    progress,
  }: {
    readonly jdk: Jdk;
    readonly port: number;
    readonly dir: string;
    readonly progress: (text: string) => void;
  },
  started: (process: BackendProcess) => void,
): Promise<void> {
  const app = registryApp(jdk.version, progress);
  const database = `jdbc:h2:file:${join(dir, 'registry')};DB_CLOSE_ON_EXIT=FALSE`;
  const server = startServer({
    name: 'The schema registry',
    command: jdk.java,
    args: [
      '-Xmx192m',
      '-XX:+UseSerialGC',
      ...aotFlags(jdk, 'registry'),
      '-jar',
      join(app, 'quarkus-run.jar'),
    ],
    cwd: app,
    logFile: join(dir, 'registry.log'),
    env: {
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      // Health and metrics, which would take port 9000: any free one.
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: '0',
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'h2',
      APICURIO_DATASOURCE_URL: database,
      REGISTRY_DATASOURCE_URL: database,
      QUARKUS_LOG_LEVEL: 'WARN',
    },
  });
  started({ name: 'registry', pid: server.pid, port });
  await server.ready(() => probeRegistry(port), 90_000);
}
