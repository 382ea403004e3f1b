import { build, type Histogram } from 'hdr-histogram-js';
import TinyQueue from 'tinyqueue';

/** Wakes thousands of people with a single timer. */
export interface Clock {
  /** Runs `run` at a time (milliseconds since 1970), or as soon as can be; returns how to call it off. */
  at(time: number, run: () => void): () => void;
  /** Resolves after so many milliseconds with the moment that was meant; at once when the clock is stopped. */
  pause(milliseconds: number): Promise<number>;
  /** By how many milliseconds people were woken too late. */
  readonly late: Histogram;
  readonly stopped: boolean;
  /** Ends all pauses; what was to be run is not. */
  stop(): void;
}

interface Alarm {
  readonly time: number;
  /** Told whether its time has come, or the clock has been stopped. */
  ring: ((inTime: boolean) => void) | undefined;
}

export function createClock(): Clock {
  const alarms = new TinyQueue<Alarm>([], (a, b) => a.time - b.time);
  const late = build({ highestTrackableValue: 600_000, numberOfSignificantValueDigits: 2 });
  let timer: NodeJS.Timeout | undefined;
  let wakesAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  const wake = () => {
    wakesAt = Number.POSITIVE_INFINITY;
    const now = Date.now();
    for (let next = alarms.peek(); next !== undefined && next.time <= now; next = alarms.peek()) {
      alarms.pop();
      if (next.ring === undefined) continue;
      late.recordValue(Math.floor(now - next.time));
      next.ring(true);
    }
    sleep();
  };
  const sleep = () => {
    const next = alarms.peek();
    if (next === undefined || next.time >= wakesAt || stopped) return;
    wakesAt = next.time;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.max(0, Math.ceil(wakesAt - Date.now())));
  };
  const set = (time: number, ring: (inTime: boolean) => void): Alarm => {
    const alarm: Alarm = { time, ring };
    alarms.push(alarm);
    sleep();
    return alarm;
  };

  return {
    late,
    get stopped() {
      return stopped;
    },
    at(time, run) {
      const alarm = set(time, (inTime) => inTime && run());
      return () => {
        alarm.ring = undefined;
      };
    },
    pause(milliseconds) {
      const time = Date.now() + milliseconds;
      if (stopped) return Promise.resolve(time);
      return new Promise((resolve) => void set(time, () => resolve(time)));
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (let next = alarms.pop(); next !== undefined; next = alarms.pop()) next.ring?.(false);
    },
  };
}
