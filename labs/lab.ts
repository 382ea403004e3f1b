import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import type { Connection } from '../apps/console/core/connect.ts';
import type { ServiceName } from '../apps/start/system.ts';
import type { Addresses } from '../infra/backends/types.ts';

/** The system that a lab is done on. */
export interface Running extends Addresses {
  /** The API. */
  readonly url: string;
  /** The process that runs a service now; after a restart it is another one. */
  pidOf(name: ServiceName): number;
}

/** What a check and a solution work with. */
export interface Lab {
  readonly running: Running;
  /** For looking into topics, groups and schemas. */
  readonly connection: Connection;
  /** Where the student's files are. */
  readonly folder: string;
}

/** Verifies a lab's result on the running system: yields what holds, throws {@link NotYet} at what does not. */
export type Check = (lab: Lab) => AsyncGenerator<string>;

/** Does what a student does. Resolves with what ends whatever it has left running. */
export type Solve = (lab: Lab) => Promise<() => Promise<void>>;

/** A result that is not there, or is not right. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  /** The step of the lab to look at again. */
  readonly step: number;

  constructor(step: number, message: string) {
    super(message);
    this.step = step;
  }
}

/** Throws {@link NotYet} unless `holds`. */
export function need(holds: unknown, step: number, message: string): asserts holds {
  if (!holds) throw new NotYet(step, message);
}

const FILE = 'answers.json';

/** What the student found out. Throws {@link NotYet} naming the field that is missing or wrong. */
export function readAnswers<T>({ folder }: Lab, step: number, shape: ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'is no JSON';
    throw new NotYet(step, `${FILE} ${why} yet; the step shows what goes into it.`);
  }
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new NotYet(step, `${FILE}: ${issue?.path.join('.') || 'all of it'}: ${issue?.message}.`);
}

export function writeAnswers({ folder }: Lab, answers: object): void {
  writeFileSync(join(folder, FILE), `${JSON.stringify(answers, null, 2)}\n`);
}
