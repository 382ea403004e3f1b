import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { maven, run } from './tools.ts';

const KAFKA = '4.1.0';
/** The newest needs Java 21; the other is the last that runs on 17. */
const APICURIO = { newest: '3.3.3', java17: '2.6.13.Final' };

const cacheDir = () =>
  process.env.HAIL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hail');

/** Makes a folder of the cache once, by filling another and renaming it: half a download never counts. */
function once(name: string, fill: (dir: string) => void): string {
  const dir = join(cacheDir(), name);
  if (existsSync(dir)) return dir;
  const making = `${dir}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  fill(making);
  if (existsSync(dir)) rmSync(making, { recursive: true });
  else renameSync(making, dir);
  return dir;
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>hail</groupId><artifactId>kafka-runtime</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA}</version></dependency>
  </dependencies>
</project>
`;

/** The folder with Kafka's jars, from Maven Central. */
export function kafkaJars(progress: (text: string) => void): string {
  return once(`kafka-${KAFKA}`, (dir) => {
    progress(`Fetching Kafka ${KAFKA} from Maven Central (once) …`);
    const pom = join(dir, 'pom.xml');
    writeFileSync(pom, POM);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    run(maven(progress), ['-q', '-B', '-f', pom, goal, `-DoutputDirectory=${dir}`]);
  });
}

/** The folder with the Apicurio registry that this version of Java runs, from Maven Central. */
export function registryApp(java: number, progress: (text: string) => void): string {
  const version = java >= 21 ? APICURIO.newest : APICURIO.java17;
  return once(`apicurio-${version}`, (dir) => {
    progress(`Fetching Apicurio Registry ${version} from Maven Central (once) …`);
    const artifact = java >= 21 ? 'apicurio-registry-app' : 'apicurio-registry-storage-sql';
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    const coordinate = `io.apicurio:${artifact}:${version}:tar.gz:all`;
    run(
      maven(progress),
      ['-q', '-B', goal, `-Dartifact=${coordinate}`, `-DoutputDirectory=${dir}`],
      dir,
    );
    const archive = readdirSync(dir).find((name) => name.endsWith('.tar.gz')) ?? '';
    run('tar', ['-xzf', archive], dir);
    rmSync(join(dir, archive));
  });
}
