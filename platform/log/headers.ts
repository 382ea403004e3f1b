import type { Coordinate, EventNumber, Origin } from '../messaging/message.ts';

/** Header names: CloudEvents' binary mode, W3C trace context, Spring Kafka's request/reply, and ours. */
export const header = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  traceparent: 'traceparent',
  replyTopic: 'kafka_replyTopic',
  correlationId: 'kafka_correlationId',
  /** On events: what was decided, `<topic>/<partition>/<offset>[/<epoch>.<seq>]`, or `deadline/<ms>`. */
  cause: 'cause',
  /** On events: `<epoch>.<seq>`. */
  epoch: 'epoch',
  /** On sent messages (and on the event that answers one): `<log>/<partition>/<offset>/<index>`. */
  origin: 'origin',
} as const;

export type Headers = Readonly<Record<string, string>>;

/** The cause of an event; `number` is there when the input was itself an event. */
export type Cause = Coordinate & { readonly number?: EventNumber };

/** The number that stands in `text` from `from` up to `to`: digits only, 15 at most. */
function whole(text: string, from: number, to: number): number | undefined {
  if (to <= from || to - from > 15) return undefined;
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

export function formatNumber({ epoch, seq }: EventNumber): string {
  return `${epoch}.${seq}`;
}

/** `undefined` for anything that is not an event number: such a record counts as a stranger's. */
export function parseNumber(text: string | undefined, from = 0): EventNumber | undefined {
  if (text === undefined) return undefined;
  const dot = text.indexOf('.', from);
  if (dot < 0) return undefined;
  const epoch = whole(text, from, dot);
  const seq = whole(text, dot + 1, text.length);
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq };
}

export function formatCause({ topic, partition, offset, number }: Cause): string {
  const place = `${topic}/${partition}/${offset}`;
  return number === undefined ? place : `${place}/${formatNumber(number)}`;
}

/** `undefined` when the cause was a deadline, or is not readable. */
export function parseCause(text: string | undefined): Cause | undefined {
  const place = parsePlace(text);
  if (text === undefined || place === undefined) return undefined;
  const { topic, partition, offset, end } = place;
  const number = parseNumber(text, end + 1);
  return number === undefined ? { topic, partition, offset } : { topic, partition, offset, number };
}

export function formatOrigin({ topic, partition, offset, index }: Origin): string {
  return `${topic}/${partition}/${offset}/${index}`;
}

export function parseOrigin(text: string | undefined): Origin | undefined {
  const place = parsePlace(text);
  if (text === undefined || place === undefined || place.topic === '') return undefined;
  const { topic, partition, offset, end } = place;
  const index = whole(text, end + 1, text.length);
  return index === undefined ? undefined : { topic, partition, offset, index };
}

/** `<topic>/<partition>/<offset>` at the beginning of a text; ends where that ends. */
function parsePlace(text: string | undefined): (Coordinate & { readonly end: number }) | undefined {
  if (text === undefined) return undefined;
  const first = text.indexOf('/');
  const second = first < 0 ? -1 : text.indexOf('/', first + 1);
  if (second < 0) return undefined;
  const third = text.indexOf('/', second + 1);
  const end = third < 0 ? text.length : third;
  const partition = whole(text, first + 1, second);
  const offset = whole(text, second + 1, end);
  if (partition === undefined || offset === undefined) return undefined;
  return { topic: text.slice(0, first), partition, offset, end };
}
