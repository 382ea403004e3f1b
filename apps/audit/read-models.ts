import type { Message } from '../../platform/messaging/message.ts';
import type {
  DispatchEvent,
  DriverEvent,
  RiderEvent,
  TripEvent,
} from '../../schemas/messages.gen.ts';
import type { Recorded } from './check.ts';
import { differences } from './documents/differences.ts';
import { foldDispatch } from './documents/dispatch.ts';
import { foldDriver } from './documents/driver.ts';
import { foldRider } from './documents/rider.ts';
import { foldTrip } from './documents/trip.ts';
import type { Findings, Place } from './findings.ts';
import type { Kind } from './topology.ts';

/** A document as the read model holds it. */
export interface Found {
  readonly version: number;
  readonly state: unknown;
}

/** Reads documents of one shard; `undefined` where there is none. */
export type ReadDocuments = (
  kind: Kind,
  partition: number,
  ids: readonly string[],
) => Promise<readonly (Found | undefined)[]>;

interface Folded {
  readonly kind: Kind;
  readonly id: string;
  document: object;
  /** The last event of it. */
  at: Place;
  waits: boolean;
}

type Events = {
  readonly rider: RiderEvent;
  readonly trip: TripEvent;
  readonly driver: DriverEvent;
  readonly dispatch: DispatchEvent;
};

const folds = { rider: foldRider, trip: foldTrip, driver: foldDriver, dispatch: foldDispatch };

/** The documents of these kinds leave memory when they have ended and been compared. */
const ended: Readonly<Record<Kind, readonly string[]>> = {
  rider: [],
  driver: [],
  trip: ['completed', 'cancelled', 'unfulfilled', 'refused'],
  dispatch: ['matched', 'exhausted', 'cancelled'],
};

const AT_ONCE = 500;

/**
 * Compares the read models with the fold of the logs. A document is compared when both are of the
 * same version, the offset of its last event; ended trips and searches on the way, so that they can
 * be forgotten, all others at the end.
 */
export class ReadModels {
  readonly #findings: Findings;
  readonly #read: ReadDocuments;
  readonly #documents = new Map<string, Folded>();
  #ended: Folded[] = [];

  constructor(findings: Findings, read: ReadDocuments) {
    this.#findings = findings;
    this.#read = read;
  }

  fold<K extends Kind>(kind: K, event: Recorded<Events[K] & Message>): void {
    const { key: id, at } = event;
    const name = `${kind} ${id}`;
    const folded = this.#documents.get(name);
    const fold = folds[kind] as (document: unknown, event: unknown) => object | undefined;
    const document = fold(folded?.document, event);
    // Of a document that was compared and forgotten, or of something that there never was.
    if (document === undefined) return;
    const entry = folded ?? { kind, id, document, at, waits: false };
    entry.document = document;
    entry.at = at;
    this.#documents.set(name, entry);
    if (entry.waits || !ended[kind].includes((document as { status: string }).status)) return;
    entry.waits = true;
    this.#ended.push(entry);
  }

  /** What is held in memory, as kind and id: riders, drivers, and what has not ended or not been compared. */
  get kept(): readonly string[] {
    return [...this.#documents.keys()];
  }

  /** Whether there is enough to compare. */
  get isFull(): boolean {
    return this.#ended.length >= AT_ONCE;
  }

  /** Compares what has ended, and forgets what is right. */
  async compareEnded(): Promise<void> {
    const batch = this.#ended;
    this.#ended = [];
    // What is of another version is looked at again after its next event, or at the end.
    for (const { folded } of await this.#compare(batch)) folded.waits = false;
  }

  /**
   * Compares all that is left. What the read model has not caught up with is looked at again until
   * `patience` (milliseconds) is over; what has moved on beyond `isRead` is left alone.
   */
  async finish(isRead: (at: Place) => boolean, patience = 10_000): Promise<void> {
    const until = Date.now() + patience;
    let left: readonly Missed[] = await this.#compare([...this.#documents.values()]);
    while (left.length > 0 && Date.now() < until) {
      const late = left.filter(({ folded, found }) => (found?.version ?? -1) < folded.at.offset);
      if (late.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
      left = await this.#compare(left.map(({ folded }) => folded));
    }
    for (const { folded, found } of left) {
      const { kind, id, at } = folded;
      if (found !== undefined && !isRead({ ...at, offset: found.version })) {
        this.#findings.count('documents that moved on');
      } else {
        const has = found === undefined ? 'is missing' : `is of version ${found.version}`;
        const text = `the document of ${kind} ${id} ${has}; the log makes it version ${at.offset}`;
        this.#findings.violation('read model', text, at, tripOf(folded));
      }
    }
  }

  async #compare(all: readonly Folded[]): Promise<readonly Missed[]> {
    const missed: Missed[] = [];
    const shards = Map.groupBy(all, ({ kind, at }) => `${kind} ${at.partition}`);
    for (const some of shards.values()) {
      for (let i = 0; i < some.length; i += AT_ONCE) {
        const part = some.slice(i, i + AT_ONCE);
        const { kind, at } = part[0] as Folded;
        const ids = part.map(({ id }) => id);
        const found = await this.#read(kind, at.partition, ids);
        for (const [j, folded] of part.entries()) {
          if (found[j]?.version === folded.at.offset) this.#check(folded, found[j]);
          else missed.push({ folded, found: found[j] });
        }
      }
    }
    return missed;
  }

  #check(folded: Folded, found: Found): void {
    const { kind, id, document, at } = folded;
    this.#findings.count('documents compared');
    this.#documents.delete(`${kind} ${id}`);
    for (const { path, expected, found: is } of differences(document, found.state)) {
      const text = `${kind} ${id}, ${path}: ${JSON.stringify(is)}, the log makes it ${JSON.stringify(expected)}`;
      this.#findings.violation('read model', text, at, tripOf(folded));
    }
  }
}

interface Missed {
  readonly folded: Folded;
  readonly found: Found | undefined;
}

function tripOf({ kind, id }: Folded): string | undefined {
  return kind === 'trip' || kind === 'dispatch' ? id : undefined;
}
