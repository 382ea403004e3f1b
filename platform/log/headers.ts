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

const whole = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
};

export function formatNumber({ epoch, seq }: EventNumber): string {
  return `${epoch}.${seq}`;
}

/** `undefined` for anything that is not an event number: such a record counts as a stranger's. */
export function parseNumber(text: string | undefined): EventNumber | undefined {
  const [epoch, seq, rest] = (text ?? '').split('.');
  const e = whole(epoch);
  const s = whole(seq);
  return e === undefined || s === undefined || rest !== undefined
    ? undefined
    : { epoch: e, seq: s };
}

export function formatCause({ topic, partition, offset, number }: Cause): string {
  const place = `${topic}/${partition}/${offset}`;
  return number === undefined ? place : `${place}/${formatNumber(number)}`;
}

/** `undefined` when the cause was a deadline, or is not readable. */
export function parseCause(text: string | undefined): Cause | undefined {
  const [topic, p, o, n] = (text ?? '').split('/');
  const partition = whole(p);
  const offset = whole(o);
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  const number = parseNumber(n);
  return { topic, partition, offset, ...(number && { number }) };
}

export function formatOrigin({ topic, partition, offset, index }: Origin): string {
  return `${topic}/${partition}/${offset}/${index}`;
}

export function parseOrigin(text: string | undefined): Origin | undefined {
  const [topic, p, o, i] = (text ?? '').split('/');
  const partition = whole(p);
  const offset = whole(o);
  const index = whole(i);
  if (!topic || partition === undefined || offset === undefined || index === undefined) return;
  return { topic, partition, offset, index };
}
