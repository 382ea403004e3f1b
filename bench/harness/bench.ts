import type { LocalBackends } from '../../infra/backends/local.ts';
import type { Addresses } from '../../infra/backends/types.ts';
import type { ServiceProcess } from './service-process.ts';

/** What a figure must not exceed, or must reach. */
export type Floor = { readonly atMost: number } | { readonly atLeast: number };

/** One figure of a bench. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  /** One per round. */
  readonly values: readonly number[];
  readonly floor?: Floor;
  /** What was measured beside it in the same rounds. */
  readonly against?: { readonly what: string; readonly values: readonly number[] };
}

/** What a bench is given. Whatever it starts by it ends with it. */
export interface Context {
  /** Tiny sizes, to see that everything works; the figures mean nothing. */
  readonly quick: boolean;
  /** How often to measure each side. */
  readonly rounds: number;
  /** The servers that run; benches that share them use topics and keys of their own. */
  readonly backends: Addresses & Partial<Pick<LocalBackends, 'processes'>>;
  /** Logs and whatever else is written; removed at the end. */
  readonly dataDir: string;
  say(text: string): void;
  /** Starts a file of this repository as a process and resolves when it says that it is ready. */
  start(name: string, main: string, env?: NodeJS.ProcessEnv): Promise<ServiceProcess>;
  /** Something happened that makes the figures void. */
  broken(what: string): void;
  /** Run at the end of the bench, the last given first. */
  onEnd(end: () => Promise<unknown> | unknown): void;
}

export interface Bench {
  readonly name: string;
  /** What it measures, in a sentence. */
  readonly about: string;
  /** `shared`: topics and keys of its own; `empty`: as Hail's own, and nothing else, in them. */
  readonly servers: 'none' | 'shared' | 'empty';
  /** It ends processes itself; otherwise one that ends by itself makes the figures void. */
  readonly kills?: boolean;
  run(context: Context): Promise<readonly Row[]>;
}
