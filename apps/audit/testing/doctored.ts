import { expect, it } from 'vitest';
import { header } from '../../../platform/log/headers.ts';
import { Audit, type Reach } from '../audit.ts';
import type { ViolationKind } from '../findings.ts';
import type { History, MadeRecord } from './history.ts';
import { wholeTrip } from './story.ts';

/** The audit of a made-up history, at its end. */
export function auditOf({ records }: History, reach: Reach = { quiet: true }): Audit {
  const audit = new Audit({
    decode: (value) => JSON.parse(value.toString()),
    partitionOf: () => 0,
  });
  for (const record of records) audit.take(record);
  audit.end(reach);
  return audit;
}

/** A way in which the history of a whole trip can be wrong. */
export interface Doctored {
  readonly what: string;
  readonly kind: ViolationKind;
  readonly tripId?: string;
  /** Whether the system is at rest, as it is by default. */
  readonly quiet?: boolean;
  /** Doctors the history, and returns the record that is to be named. */
  readonly doctor: (story: ReturnType<typeof wholeTrip>) => MadeRecord;
}

/** Each is caught, as what it is and with its place; other violations may follow from it. */
export function catches(cases: readonly Doctored[]): void {
  it.each(cases)('names the place where $what', ({ kind, tripId, quiet = true, doctor }) => {
    const story = wholeTrip();
    const { topic, partition, offset } = doctor(story);
    const found = auditOf(story.h, { quiet }).findings.violations;
    expect(found).toContainEqual(
      expect.objectContaining({ kind, topic, partition, offset, ...(tripId && { tripId }) }),
    );
  });
}

/** Changes some headers. */
export function wrote(record: MadeRecord, headers: Record<string, string>): MadeRecord {
  Object.assign(record.headers, headers);
  return record;
}

/** Changes the content of an event. */
export function changed(record: MadeRecord, change: object): MadeRecord {
  const { type, data } = JSON.parse(String(record.value));
  record.value = Buffer.from(JSON.stringify({ type, data: { ...data, ...change } }));
  return record;
}

/** Makes a refusal of an event, so that what it told did not happen. */
export function retype(record: MadeRecord, type: string): void {
  const { data } = JSON.parse(String(record.value));
  record.value = Buffer.from(JSON.stringify({ type, data: { ...data, offerId: null } }));
  record.headers[header.type] = `hail.x.${type}`;
}
