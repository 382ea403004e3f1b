import type { TopicReader } from '../../platform/kafka/topic-reader.ts';
import { topicOfLetters } from '../../platform/log/dead-letter.ts';
import type { Redrive } from '../../platform/log/letter-book.ts';
import type { NewRecord, Writer } from '../../platform/log/ports.ts';
import { redriveMarker, redrivenMessage, sentMarker } from '../../platform/log/redrive.ts';
import type { Coordinate } from '../../platform/messaging/message.ts';
import { type LetterPartition, openPartitions, readOn, recordsOf } from './partition.ts';

/** The topics whose open letters are all meant, or letters one by one. */
export type Selection =
  | { readonly topics: readonly string[] }
  | { readonly letters: readonly Coordinate[] };

/**
 * - `redriven`: sent back now; without `write`, would be.
 * - `completed`: an earlier redrive had been interrupted; its message has been sent now (or would be).
 * - `already`: was sent back before; if that failed, there is a later letter.
 * - `repetition`: another letter is about the same message.
 * - `absent`: no letter stands there.
 */
export type Outcome = 'redriven' | 'completed' | 'already' | 'repetition' | 'absent';

export interface RedriveResult {
  readonly letter: Coordinate;
  /** The topic it goes back to. */
  readonly to: string;
  readonly outcome: Outcome;
}

export interface RedriveOptions {
  readonly reader: TopicReader;
  readonly writer: Writer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Without it nothing is written or sent. */
  readonly write: boolean;
}

const MARK_AT_ONCE = 500;
/** A record batch is 1 MB at most, headers included. */
const SEND_AT_ONCE_BYTES = 500_000;
const HEADERS_BYTES = 1_000;

/**
 * Sends letters back to the topics they came from, once, however often and by however many it is
 * called; yields what became of each. Rejects when Kafka is away: the same call again then completes it.
 */
export async function* redrive(
  selection: Selection,
  options: RedriveOptions,
): AsyncGenerator<RedriveResult> {
  const topics =
    'topics' in selection
      ? selection.topics
      : [...new Set(selection.letters.map(({ topic }) => topic))];
  const left = new Set('letters' in selection ? selection.letters : []);
  for (const opened of await openPartitions(options.reader, topics)) {
    const { topic, partition, book } = opened;
    const here = [...left].filter((at) => at.topic === topic && at.partition === partition);
    for (const letter of here) left.delete(letter);
    const chosen =
      'topics' in selection
        ? book.letters('open')
        : [...new Set(here.map(({ offset }) => offset))].sort((a, b) => a - b);
    yield* redrivePartition(opened, chosen, options);
  }
  for (const letter of left) {
    yield { letter, to: topicOfLetters(letter.topic), outcome: 'absent' };
  }
}

async function* redrivePartition(
  opened: LetterPartition,
  chosen: readonly number[],
  options: RedriveOptions,
): AsyncGenerator<RedriveResult> {
  const { topic, partition, book } = opened;
  const { reader, writer, write, now } = options;
  const result = (offset: number, outcome: Outcome): RedriveResult => ({
    letter: { topic, partition, offset },
    to: topicOfLetters(topic),
    outcome,
  });
  const begun = new Set(book.unsent.map(({ letter }) => letter));
  const open: number[] = [];
  for (const offset of chosen) {
    const status = book.status(offset);
    if (status === undefined) yield result(offset, 'absent');
    else if (status === 'repetition') yield result(offset, 'repetition');
    else if (status === 'redriven') yield result(offset, 'already');
    else if (status === 'open') open.push(offset);
  }
  if (!write) {
    for (const offset of begun) yield result(offset, 'completed');
    for (const offset of open) yield result(offset, 'redriven');
    return;
  }
  for (let i = 0; i < open.length; i += MARK_AT_ONCE) {
    const markers = open.slice(i, i + MARK_AT_ONCE).map((offset) => redriveMarker(offset, now()));
    await writer.append(topic, partition, markers);
  }
  if (open.length > 0) await readOn(reader, opened);
  const mine = new Set(open);
  for await (const { letter, sent } of sendInOrder(opened, book.unsent, options)) {
    const outcome = mine.delete(letter) ? 'redriven' : 'completed';
    yield result(letter, sent ? outcome : 'absent');
  }
  // Another redriver was quicker to send what was marked here.
  for (const offset of mine) yield result(offset, 'redriven');
}

/** Sends what the markers say, in their order, and says in the partition how far that has come. */
async function* sendInOrder(
  opened: LetterPartition,
  unsent: readonly Redrive[],
  { reader, writer, now }: RedriveOptions,
): AsyncGenerator<{ readonly letter: number; readonly sent: boolean }> {
  const { topic, partition } = opened;
  const find = recordsOf(reader, opened);
  const to = topicOfLetters(topic);
  let batch: { letter: number; marker: number; record: NewRecord | undefined }[] = [];
  let bytes = 0;
  const flush = async () => {
    const sent = batch;
    batch = [];
    bytes = 0;
    const messages = sent.flatMap(({ record }) => (record ? [{ topic: to, record }] : []));
    if (messages.length > 0) await writer.send(messages);
    const last = sent.at(-1);
    if (last !== undefined) {
      await writer.append(topic, partition, [sentMarker(last.marker, now())]);
    }
    return sent.map(({ letter, record }) => ({ letter, sent: record !== undefined }));
  };
  for (const { letter, marker } of unsent) {
    const found = await find(letter);
    const size = (found?.value?.length ?? 0) + HEADERS_BYTES;
    if (bytes + size > SEND_AT_ONCE_BYTES) yield* await flush();
    batch.push({ letter, marker, record: found && redrivenMessage(found, marker) });
    bytes += size;
  }
  yield* await flush();
}
