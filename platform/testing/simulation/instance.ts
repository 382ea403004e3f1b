import type { Clock } from '../../log/ports.ts';
import type { Chance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';

/** What an instance asks of the world, and waits for. */
export type Operation = 'append' | 'send' | 'redis' | 'learn' | 'handle' | 'join';

/**
 * What becomes of a request:
 * - `lost`: nothing, and the instance hears of a failure
 * - `unacknowledged`: it takes effect, and the instance hears of a failure
 * - `late`: the instance hears of a failure, and it takes effect afterwards
 * - `partly`: of a request to several partitions the first is done, and the instance hears of a failure
 * - `crash before`, `crash after`: the instance dies before it, or before it hears of the effect
 */
export type Fate = 'lost' | 'unacknowledged' | 'late' | 'partly' | 'crash before' | 'crash after';

export interface Fault {
  /** The kind of request it befalls; absent: any. */
  readonly on?: Operation;
  readonly fate: Fate;
  /** So many such requests pass before it. */
  skip: number;
  /** How late, in milliseconds. */
  readonly delay?: number;
}

/** Takes down what happens, for a story. */
export type Note = (who: string, what: string) => void;

/** From `least` to `most` milliseconds, one way. */
export interface Latency {
  readonly least: number;
  readonly most: number;
}

/**
 * One process. All that it hears comes through `hear`: when it is paused, that waits until it wakes
 * up; when it has crashed, nothing ever comes.
 */
export class Instance {
  readonly name: string;
  readonly faults: Fault[] = [];
  /** Told once it has crashed. */
  crashed: () => void = () => {};
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #latency: Latency;
  readonly #note: Note;
  #state: 'up' | 'paused' | 'crashed' = 'up';
  #waiting: (() => void)[] = [];

  constructor(name: string, scheduler: Scheduler, chance: Chance, latency: Latency, note: Note) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.#latency = latency;
    this.#note = note;
  }

  get state(): 'up' | 'paused' | 'crashed' {
    return this.#state;
  }

  travel(): number {
    return this.#chance.between(this.#latency.least, this.#latency.most);
  }

  hear(run: () => void): void {
    if (this.#state === 'up') run();
    else if (this.#state === 'paused') this.#waiting.push(run);
  }

  crash(): void {
    if (this.#state === 'crashed') return;
    this.#state = 'crashed';
    this.#waiting = [];
    this.#note(this.name, 'crashes');
    this.crashed();
  }

  pause(): void {
    if (this.#state !== 'up') return;
    this.#state = 'paused';
    this.#note(this.name, 'is paused');
  }

  /** What it did not hear comes now, one thing after the other. */
  wake(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'up';
    this.#note(this.name, 'wakes up');
    for (const run of this.#waiting.splice(0)) {
      this.#scheduler.after(0, () => this.hear(run));
    }
  }

  readonly clock: Clock = {
    now: () => this.#scheduler.now,
    after: (milliseconds, run) => {
      let cancelled = false;
      // As timers do that count whole milliseconds of another clock.
      const early = this.#chance.oneIn(4) ? 1 : 0;
      this.#scheduler.after(milliseconds - early, () => {
        if (!cancelled) this.hear(() => cancelled || run());
      });
      return () => {
        cancelled = true;
      };
    },
  };

  /** A request under way lands whatever becomes of the instance meanwhile. `effect` may throw. */
  request<T>(operation: Operation, effect: (partly: boolean) => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#state === 'crashed') return promise;
    const fault = this.#faultFor(operation);
    const fate = fault?.fate;
    if (fault !== undefined) this.#note(this.name, inWords(operation, fault));
    if (fate === 'crash before') {
      this.crash();
      return promise;
    }
    const answer = (settle: () => void) =>
      this.#scheduler.after(this.travel(), () => this.hear(settle));
    const fail = () => answer(() => reject(new Error(`simulated: ${fate}`)));
    this.#scheduler.after(this.travel(), () => {
      if (fate === 'lost') return fail();
      if (fate === 'late') {
        this.#scheduler.after(fault?.delay ?? 0, () => {
          this.#note(this.name, `its ${operation} lands late`);
          attempt(() => effect(false));
        });
        return fail();
      }
      const outcome = attempt(() => effect(fate === 'partly'));
      if (fate === 'crash after') return this.crash();
      if (fate === 'unacknowledged' || fate === 'partly') return fail();
      answer(() => ('error' in outcome ? reject(outcome.error) : resolve(outcome.value)));
    });
    return promise;
  }

  #faultFor(operation: Operation): Fault | undefined {
    for (const [i, fault] of this.faults.entries()) {
      if (fault.on !== undefined && fault.on !== operation) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else return this.faults.splice(i, 1)[0];
    }
    return undefined;
  }
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

function inWords(operation: Operation, { fate, delay }: Fault): string {
  switch (fate) {
    case 'lost':
      return `its ${operation} is lost`;
    case 'unacknowledged':
      return `its ${operation} is done, but the answer is lost`;
    case 'late':
      return `its ${operation} fails, and will land ${delay} ms late`;
    case 'partly':
      return `its ${operation} is done in part`;
    case 'crash before':
      return `is about to ${operation}`;
    case 'crash after':
      return `will not hear that its ${operation} was done`;
    default:
      return fate satisfies never;
  }
}
