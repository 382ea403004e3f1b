import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bugs } from './bugs.ts';
import { planOf } from './plan.ts';
import { withBug } from './plant.ts';
import { play } from './play.ts';
import { search } from './search.ts';
import { shrink } from './shrink.ts';
import { tell } from './story.ts';

describe('the simulation', () => {
  test('finds nothing wrong with the kernel', async () => {
    const { failed } = await search({ play }, { seeds: 300, first: 1 });
    expect(failed?.wrong).toBeUndefined();
  });

  test('tells the same story of the same seed, byte for byte', async () => {
    for (const seed of [3, 41, 175]) {
      const first = await tell(play, planOf(seed));
      await play(planOf(seed + 1));
      expect(await tell(play, planOf(seed))).toEqual(first);
    }
  });

  test('shrinks a plan to what makes it fail', async () => {
    const plan = planOf(7);
    const [, second, , fourth] = plan.actions;
    const short = await shrink(plan, async ({ actions }) =>
      [second, fourth].every((action) => actions.some((other) => other === action)),
    );
    expect(short.actions).toEqual([second, fourth]);
  });

  test('refuses a bug whose place is not there exactly once', () => {
    const bug = { name: 'x', rule: 1, edits: [{ file: 'log/a.ts', find: 'b', replace: 'c' }] };
    expect(withBug(bug, 'log/a.ts', 'abd')).toBe('acd');
    expect(() => withBug(bug, 'log/a.ts', 'abb')).toThrow('2 times in platform/log/a.ts');
    expect(() => withBug(bug, 'log/a.ts', 'aaa')).toThrow('0 times in platform/log/a.ts');
  });
});

describe('the simulation finds a kernel that would', () => {
  let report = '';

  beforeAll(async () => {
    // In a process of its own: the kernel is loaded once more for every bug.
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const run = promisify(execFile)(process.execPath, [main, '--bugs', '--seeds', '3000']);
    report = (await run.catch((error: { stdout: string }) => error)).stdout;
  }, 180_000);

  test.each(bugs)('$name (rule $rule)', ({ name }) => {
    expect(report).toMatch(new RegExp(`^rule \\d+: ${name} found by seed \\d+`, 'm'));
  });

  test('break any rule', () => {
    const broken = new Set(bugs.map(({ rule }) => rule));
    expect([...broken].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
