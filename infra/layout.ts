import { posix } from 'node:path';

/** A file of the repository; `path` is relative to its root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Longer files hide more than one concept. Generated ones do not count. */
const LONGEST = 300;

/** The one folder that imports each library, so that replacing it is a matter of that folder. */
const homes: Readonly<Record<string, string>> = {
  kafkajs: 'platform/kafka/',
  avsc: 'platform/avro/',
  ioredis: 'platform/redis/',
  express: 'platform/http/',
  undici: 'apps/simulator/',
};

/** Imports point one way: each of these may import only what is listed, and itself. */
const layers: readonly (readonly [folder: string, mayImport: readonly string[]])[] = [
  ['platform/messaging/', []],
  ['platform/log/', ['platform/messaging/']],
  ['platform/', ['platform/', 'infra/backends/']],
  [
    'schemas/',
    ['platform/messaging/', 'platform/avro/', 'platform/testing/', 'platform/log/header-shapes.ts'],
  ],
  ['services/', ['platform/', 'schemas/']],
  ['apps/simulator/', []],
  ['apps/', ['platform/', 'schemas/', 'services/', 'infra/', 'package.json']],
  ['infra/', ['platform/', 'schemas/']],
  ['labs/', ['platform/', 'schemas/', 'services/', 'apps/', 'infra/', 'package.json']],
];

/** Files that hold the domain: they know types and topics, and no clock, chance or I/O. */
const pure =
  /^services\/[\w/]*\/(rider|trip|driver|dispatch|decide|cancel|evolve|policy|refusal|round|candidates|quote|tariff|rules)\.ts$/;
const impure =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bsetTimeout\b|from 'node:/;
const domainMayImport = ['platform/messaging/', 'schemas/messages.gen.ts', 'schemas/topics.ts'];

/** What is wrong with a file, one sentence each, naming the file and the remedy. */
export function wrongWith({ path, text }: SourceFile): readonly string[] {
  if (path.endsWith('.gen.ts')) return [];
  const wrong: string[] = [];
  const lines = text.split('\n').length - 1;
  if (lines > LONGEST) wrong.push(`${path}: ${lines} lines; split it, ${LONGEST} is the most`);
  const isTest = path.endsWith('.test.ts') || path.startsWith('platform/testing/');
  for (const target of importsOf(text)) {
    const home = homes[target.split('/')[0] ?? ''];
    if (home !== undefined && !path.startsWith(home)) {
      wrong.push(`${path}: imports ${target}; only ${home} may`);
    }
    if (!target.startsWith('.') || isTest) continue;
    const imported = posix.join(posix.dirname(path), target);
    const layer = layers.find(([folder]) => path.startsWith(folder));
    const own = layer?.[0] === 'services/' ? path.split('/').slice(0, 2).join('/') : layer?.[0];
    const allowed = layer && [...layer[1], `${own}`];
    if (allowed && !allowed.some((folder) => imported.startsWith(folder))) {
      wrong.push(`${path}: imports ${imported}; ${own} may import only ${allowed.join(', ')}`);
    }
    const local = posix.dirname(imported).startsWith(posix.dirname(path));
    if (pure.test(path) && !local && !domainMayImport.some((start) => imported.startsWith(start))) {
      wrong.push(`${path}: imports ${imported}; the domain knows only types and topics`);
    }
  }
  if (pure.test(path) && impure.test(text)) {
    wrong.push(`${path}: reads a clock, chance or the outside; pass it in instead`);
  }
  return wrong;
}

function importsOf(text: string): readonly string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms,
  );
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}
