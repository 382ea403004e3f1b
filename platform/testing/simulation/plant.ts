import { registerHooks } from 'node:module';
import type { Bug } from './bugs.ts';

/** What a simulation with a bug in it offers: the same as without. */
export type Playing = typeof import('./play.ts');

const planted = new Map<string, Bug>();

/** The text of a file with the bug in it. Throws when the place is not there exactly once. */
export function withBug({ name, edits }: Bug, file: string, text: string): string {
  return edits.reduce((before, edit) => {
    if (edit.file !== file) return before;
    const parts = before.split(edit.find);
    if (parts.length === 2) return parts.join(edit.replace);
    const count = parts.length - 1;
    throw new Error(`bug ${name}: its place is ${count} times in platform/${file}; mend bugs.ts`);
  }, text);
}

/**
 * Loads the simulation, and the kernel with it, once more with a bug in it. No file is changed, and
 * what has been loaded before stays sound: `?bug=…` is passed on from each module to those it imports.
 */
export function plant(bug: Bug): Promise<Playing> {
  if (planted.size === 0) registerHooks({ resolve, load });
  planted.set(`?bug=${bug.name}`, bug);
  return import(`./play.ts?bug=${bug.name}`);
}

type Hooks = Required<Parameters<typeof registerHooks>[0]>;

const resolve: Hooks['resolve'] = (specifier, context, next) => {
  const resolved = next(specifier, context);
  const { search } = new URL(context.parentURL ?? 'file:///');
  if (!planted.has(search) || !specifier.startsWith('.') || resolved.url.includes('?')) {
    return resolved;
  }
  return { ...resolved, url: resolved.url + search };
};

const load: Hooks['load'] = (url, context, next) => {
  const loaded = next(url, context);
  const { search, pathname } = new URL(url);
  const bug = planted.get(search);
  const file = bug?.edits.find((edit) => pathname.endsWith(`/platform/${edit.file}`))?.file;
  if (bug === undefined || file === undefined) return loaded;
  return { ...loaded, source: withBug(bug, file, `${loaded.source}`) };
};
