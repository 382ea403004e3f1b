import { header, parseCause, parseOrigin } from '../../../platform/log/headers.ts';
import { inCausalOrder } from './causal-order.ts';
import type { Shown } from './show.ts';
import { catalogued, isReply, kindOf } from './topic-facts.ts';

/** The interaction styles of a textbook; a dead letter is none. */
export type Style =
  | 'one-way notification'
  | 'request/async response'
  | 'publish/subscribe'
  | 'publish/async responses'
  | 'dead letter';

/** One record of a story, with its place in it. */
export interface Step {
  readonly record: Shown;
  /** Who wrote it: `facade`, or a kind of aggregate. */
  readonly from: string;
  /** The inbox's owner; of an event those subscribers that did something on account of it in this story. */
  readonly to: readonly string[];
  readonly style: Style;
  readonly msSinceStart: number;
  /** The index of the step that this one comes of; none for what the facade sent. */
  readonly cause?: number;
  readonly msSinceCause?: number;
  /** For an event that comes of the passing of time: the deadline, in milliseconds since 1970. */
  readonly deadline?: number;
  /** It never happened: written by a deposed owner, or the second copy of a retried append. */
  readonly void?: 'zombie' | 'repeated';
}

export interface Told {
  readonly record: Shown;
  readonly zombie?: boolean;
}

/** Tells records, in any order, as steps in causal order: every one after its cause, and otherwise by time. */
export function tellSteps(told: readonly Told[]): readonly Step[] {
  const zombies = new Set(told.filter(({ zombie }) => zombie).map(({ record }) => record));
  const { ordered, causes } = arrange(told.map(({ record }) => record));
  const start = ordered[0]?.timestamp ?? 0;
  const index = new Map(ordered.map((record, i) => [record, i]));
  const seen = new Set<string>();
  return ordered.map((record) => {
    const cause = causes.get(record);
    const repeats = isRepeated(record, seen);
    const deadline = deadlineOf(record);
    return {
      record,
      from: writerOf(record),
      to: receiversOf(record, ordered, causes),
      style: styleOf(record, cause),
      msSinceStart: record.timestamp - start,
      ...(cause && {
        cause: index.get(cause) as number,
        msSinceCause: record.timestamp - cause.timestamp,
      }),
      ...(deadline !== undefined && { deadline }),
      ...(zombies.has(record)
        ? { void: 'zombie' as const }
        : repeats && { void: 'repeated' as const }),
    };
  });
}

function arrange(records: readonly Shown[]) {
  const at = new Map(records.map((record) => [place(record), record]));
  const causes = new Map<Shown, Shown>();
  for (const record of records) {
    const cause = at.get(causePlace(record) ?? '') ?? expired(record, records);
    if (cause !== undefined && cause !== record) causes.set(record, cause);
  }
  return { ordered: inCausalOrder(records, causes), causes };
}

function place({ topic, partition, offset }: Omit<Shown, 'what' | 'headers'>): string {
  return `${topic}/${partition}/${offset}`;
}

/** Where the record stands that this one comes of: an event's input, a message's event, a letter's original. */
function causePlace({ headers, letter }: Shown): string | undefined {
  if (letter !== undefined) return `${letter.topic}/${letter.partition}/${letter.offset}`;
  const at =
    headers[header.cause] === undefined
      ? parseOrigin(headers[header.origin])
      : parseCause(headers[header.cause]);
  return at && `${at.topic}/${at.partition}/${at.offset}`;
}

function deadlineOf({ headers, letter }: Shown): number | undefined {
  const [, milliseconds] = /^deadline\/(\d+)$/.exec(headers[header.cause] ?? '') ?? [];
  return milliseconds === undefined || letter !== undefined ? undefined : Number(milliseconds);
}

/** An expired deadline was set by the aggregate's event before. */
function expired(record: Shown, records: readonly Shown[]): Shown | undefined {
  if (deadlineOf(record) === undefined) return undefined;
  const { topic, partition, key, offset } = record;
  return records
    .filter((r) => r.topic === topic && r.partition === partition && r.key === key)
    .filter((r) => r.offset < offset)
    .sort((a, b) => a.offset - b.offset)
    .at(-1);
}

function isRepeated({ topic, partition, headers }: Shown, seen: Set<string>): boolean {
  const id = headers[header.id];
  if (id === undefined) return false;
  const name = `${topic}/${partition} ${id}`;
  if (seen.has(name)) return true;
  seen.add(name);
  return false;
}

function writerOf({ topic, headers, letter }: Shown): string {
  if (letter !== undefined) return letter.group.replace(/^hail\./, '');
  const source = headers[header.source] ?? '';
  return source.slice(source.lastIndexOf('/') + 1) || (isLog(topic) ? kindOf(topic) : 'unknown');
}

function isLog(topic: string): boolean {
  return catalogued(topic)?.kind === 'log';
}

function receiversOf(
  record: Shown,
  all: readonly Shown[],
  causes: ReadonlyMap<Shown, Shown>,
): readonly string[] {
  if (record.letter !== undefined) return [];
  if (!isLog(record.topic)) return [kindOf(record.topic)];
  const reacting = all.filter((other) => causes.get(other) === record && isLog(other.topic));
  const kinds = reacting.map(({ topic }) => kindOf(topic));
  return [...new Set(kinds)].filter((kind) => kind !== kindOf(record.topic));
}

function styleOf(record: Shown, cause: Shown | undefined): Style {
  if (record.letter !== undefined) return 'dead letter';
  if (isLog(record.topic)) return 'publish/subscribe';
  const correlation = record.headers[header.correlationId];
  if (record.headers[header.replyTopic] !== undefined) return questionStyle(correlation, cause);
  if (!isReply(record.type ?? '')) return 'one-way notification';
  // An answer goes to the asker's inbox under the asker's key.
  return questionStyle(correlation, record);
}

/** An aggregate that asks one other correlates by its own id; one that asks several keeps them apart. */
function questionStyle(correlation: string | undefined, asker: Shown | undefined): Style {
  return asker !== undefined && correlation !== undefined && correlation !== asker.key
    ? 'publish/async responses'
    : 'request/async response';
}
