import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process with this gets a third of the time of an ordinary one, where there is not enough for both. */
const LATER = 5;
/** Who is not root may change a group only every tenth of a second. */
const TRY_AGAIN = 150;
const TRIES = 10;

/**
 * Lets a process wait when others have work to do. Linux compares processes of different sessions by their groups alone
 * (autogroups, sched(7)), so both are told. Where that cannot be done it stays as it is.
 */
export async function giveWay(pid: number): Promise<void> {
  try {
    setPriority(pid, LATER);
  } catch {
    return; // it has ended meanwhile
  }
  if (process.platform !== 'linux') return;
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(LATER));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      await sleep(TRY_AGAIN);
    }
  }
}
