import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import type { Position } from './grid.ts';

/** Whoever says where they are. */
export interface Located {
  readonly id: string;
  position(): Position;
}

/** `single`: every driver sends their own location; `batched`: their fleet sends those of many. */
export type PingMode = 'single' | 'batched';

/** Says where the drivers are: each of them every `everyMs`, spread evenly over that time. */
export interface Pinger {
  add(driver: Located): void;
  /** Says where this one is without waiting for their turn. */
  report(driver: Located): void;
  /** How many locations have been sent. */
  readonly sent: number;
}

const TICK = 100;
/** Locations in one request: some 20 kB. */
const AT_MOST = 200;

export function createPinger(api: Api, clock: Clock, everyMs: number, mode: PingMode): Pinger {
  const drivers: Located[] = [];
  const extra = new Set<Located>();
  let turn = 0;
  let owed = 0;
  let sent = 0;
  let last = Date.now();

  const tick = () => {
    const now = Date.now();
    const due = new Set(extra);
    extra.clear();
    owed = Math.min(drivers.length, owed + (drivers.length * (now - last)) / everyMs);
    last = now;
    for (; owed >= 1; owed -= 1) {
      due.add(drivers[turn % drivers.length] as Located);
      turn = (turn + 1) % drivers.length;
    }
    send([...due]);
    clock.at(now + TICK, tick);
  };
  const send = (due: readonly Located[]) => {
    sent += due.length;
    if (mode === 'single') {
      for (const driver of due) api.tell(`/drivers/${driver.id}/locations`, driver.position());
      return;
    }
    const recordedAt = Date.now();
    for (let i = 0; i < due.length; i += AT_MOST) {
      const some = due.slice(i, i + AT_MOST);
      const body = some.map((driver) => ({
        driverId: driver.id,
        ...driver.position(),
        recordedAt,
      }));
      api.tell('/locations', body);
    }
  };
  clock.at(last + TICK, tick);

  return {
    add(driver) {
      drivers.push(driver);
      extra.add(driver);
    },
    report(driver) {
      extra.add(driver);
    },
    get sent() {
      return sent;
    },
  };
}
