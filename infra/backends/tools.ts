import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BackendError } from './types.ts';

type Progress = (text: string) => void;

/** The full path of a program on the path. */
export function find(program: string): string | undefined {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(dir, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return undefined;
}

/**
 * Installs Debian packages where that needs no question (root on Debian), saying so. Otherwise throws
 * with the command that would.
 */
export function install(
  what: string,
  packages: readonly string[],
  mac: string,
  progress: Progress,
): void {
  const mayInstall = process.getuid?.() === 0 && find('apt-get') !== undefined;
  if (!mayInstall) {
    const command =
      process.platform === 'darwin'
        ? `brew install ${mac}`
        : `sudo apt-get install ${packages.join(' ')}`;
    throw new BackendError(`${what} is missing. Install it with: ${command}`);
  }
  progress(`${what} is missing: installing ${packages.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
  const run = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    {
      env,
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) {
    throw new BackendError(`apt-get could not install ${packages.join(', ')}:\n${run.stderr}`);
  }
}

/** The path of redis-server. */
export function redisServer(progress: Progress): string {
  if (find('redis-server') === undefined)
    install('redis-server', ['redis-server'], 'redis', progress);
  return find('redis-server') ?? 'redis-server';
}

/** The path of Maven, which fetches the jars. */
export function maven(progress: Progress): string {
  if (find('mvn') === undefined) install('Maven', ['maven'], 'maven', progress);
  return find('mvn') ?? 'mvn';
}

export interface Jdk {
  readonly java: string;
  readonly version: number;
  readonly home: string;
}

const JVM_FOLDERS = [
  '/usr/lib/jvm',
  '/Library/Java/JavaVirtualMachines',
  '/opt/homebrew/opt',
  '/opt',
];
const JAVA_AT_LEAST = 17;

function versionOf(java: string): number {
  const run = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(run.stderr ?? '')?.[1] ?? 0);
}

function newestJdk(): Jdk | undefined {
  const homes = JVM_FOLDERS.filter((dir) => existsSync(dir)).flatMap((dir) =>
    readdirSync(dir).flatMap((name) => [join(dir, name), join(dir, name, 'Contents', 'Home')]),
  );
  if (process.env.JAVA_HOME) homes.unshift(process.env.JAVA_HOME);
  const onPath = find('java');
  const candidates = homes
    .map((home) => join(home, 'bin', 'java'))
    .filter((java) => existsSync(java));
  if (onPath !== undefined) candidates.push(onPath);
  return candidates
    .map((java) => ({ java, version: versionOf(java), home: join(java, '..', '..') }))
    .filter(({ version }) => version >= JAVA_AT_LEAST)
    .sort((a, b) => b.version - a.version)[0];
}

/** The newest Java of the machine, also one that is not on the path; 17 at least. */
export function jdk(progress: Progress): Jdk {
  const there = newestJdk();
  if (there !== undefined) return there;
  install('Java', ['openjdk-17-jre-headless'], 'openjdk', progress);
  const installed = newestJdk();
  if (installed === undefined) throw new BackendError('Java was installed but cannot be found');
  return installed;
}

/** Runs a program to its end; throws with what it said. */
export function run(command: string, args: readonly string[], cwd?: string): void {
  try {
    execFileSync(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      ...(cwd && { cwd }),
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new BackendError(
      `${command} ${args.join(' ')} failed:\n${`${stdout}${stderr}`.slice(-3_000)}`,
    );
  }
}
