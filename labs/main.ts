// `npm run lab`: checks a lab's result on the running system, and helps with its steps.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../apps/console/core/connect.ts';
import { dataDir } from '../infra/addresses.ts';
import { runningStart } from '../infra/run-file.ts';
import { checkLab } from './check-lab.ts';
import { labs } from './contents.ts';
import type { Lab, Running } from './lab.ts';
import { takeTrip } from './take-trip.ts';

const usage = `npm run lab -- WHAT

  N check    verify the result of lab N (1 to 8) on the running system
  N solve    do what lab N asks for; ends with Ctrl-C where something is left running
  2 measure  the same exchange in every interaction style, and with the rider service stopped
  7 spoil    make one document of the read model wrong
  trip       take one trip, from two registrations to the fare; \`trip 5\` rates it with 5 stars

Status 0: all is as it should be; 1: something is missing yet; 2: it could not be looked at.
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The `npm start` that is running; its processes are looked up anew each time. */
function running(): Running {
  const run = runningStart(dataDir);
  if (run === undefined) throw new Error('Hail is not running here. Start it with `npm start`.');
  return {
    ...run,
    pidOf(name) {
      const pid = runningStart(dataDir)?.services[name]?.pid;
      if (pid === undefined) throw new Error(`the ${name} service is not running`);
      return pid;
    },
  };
}

/** Lets what a solution has started live until Ctrl-C. */
async function untilInterrupted(): Promise<void> {
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort()).once('SIGTERM', () => stopped.abort());
  say('Done; it goes on running until Ctrl-C. Check it from another terminal.');
  await sleep(2 ** 31 - 1, undefined, { signal: stopped.signal }).catch(() => {});
}

async function act(args: readonly string[]): Promise<number> {
  const [which = '', what = '', ...more] = args;
  if (which === 'trip' && more.length === 0 && /^[1-5]?$/.test(what)) {
    const taken = await takeTrip(running().url, what === '' ? undefined : Number(what));
    say(JSON.stringify(taken, null, 2));
    return 0;
  }
  const entry = labs[which];
  if (entry === undefined || more.length > 0) return misused(args);
  const run = running();
  const connection = await connect(run);
  try {
    const lab: Lab = { running: run, connection, folder: join(import.meta.dirname, entry.folder) };
    if (what === 'check') return await checkLab(entry.check, lab, say);
    const help = entry.helps?.[what];
    if (help !== undefined) {
      await help(lab, say);
      return 0;
    }
    if (what !== 'solve') return misused(args);
    const end = await entry.solve(lab);
    if (entry.leavesRunning) await untilInterrupted();
    await end();
    return 0;
  } finally {
    await connection.close();
  }
}

function misused(args: readonly string[]): number {
  const asked = args[0] === undefined || args[0] === '--help' || args[0] === '-h';
  if (asked) say(usage);
  else process.stderr.write(`"${args.join(' ')}" is nothing to do\n\n${usage}`);
  return asked ? 0 : 2;
}

process.exitCode = await act(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  return 2;
});
