// `npm run simulate -- --seeds N --first SEED [--bug NAME | --bugs]`
import { parseArgs } from 'node:util';
import { type Bug, bugs } from './bugs.ts';
import { plant } from './plant.ts';
import { play } from './play.ts';
import { report, search } from './search.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    first: { type: 'string', default: '1' },
    /** With this mistake in the kernel. */
    bug: { type: 'string' },
    /** With each of the mistakes in turn, which must all be found. */
    bugs: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
// Whoever reads the beginning of a story only may close the pipe.
process.stdout.on('error', () => process.exit());

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function number(name: 'seeds' | 'first'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(
    `--${name} ${values[name]}: must be a whole number above 0, such as --${name} 2000`,
  );
}

function bugCalled(name: string): Bug {
  const names = bugs.map((bug) => bug.name).join(', ');
  return bugs.find((bug) => bug.name === name) ?? refuse(`--bug ${name}: must be one of ${names}`);
}

const range = { seeds: number('seeds'), first: number('first') };

if (values.bugs) {
  for (const bug of bugs) {
    const { failed, tried } = await search(await plant(bug), range);
    const found = failed ? `found by seed ${failed.plan.seed}` : `not found by ${tried} seeds`;
    say(`rule ${bug.rule}: ${bug.name} ${found}${failed ? `: ${failed.wrong}` : ''}`);
    if (failed === undefined) process.exitCode = 1;
  }
} else {
  const playing = values.bug === undefined ? { play } : await plant(bugCalled(values.bug));
  const started = performance.now();
  const { failed, tried, steps } = await search(playing, range);
  const seconds = (performance.now() - started) / 1_000;
  const speed = `${Math.round(tried / seconds)} seeds/s, ${Math.round(steps / tried)} steps each`;
  if (failed === undefined) {
    say(`${tried} seeds from ${range.first} on, no failure (${speed})`);
  } else {
    say(`seed ${failed.plan.seed} fails, after ${tried} seeds (${speed}): ${failed.wrong}`);
    await report(playing, failed, say);
    const bug = values.bug === undefined ? '' : ` --bug ${values.bug}`;
    say(`Again: npm run simulate -- --seeds 1 --first ${failed.plan.seed}${bug}`);
    process.exitCode = 1;
  }
}
