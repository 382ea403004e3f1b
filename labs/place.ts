import { z } from 'zod';

/** A record's place as students write it: `trip.events/2/17`, topic, partition and offset. */
export const place = z
  .string()
  .regex(/^[\w.]+\/\d+\/\d+$/, 'must be a place such as trip.events/2/17');

export function placeOf(record: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}): string {
  return `${record.topic}/${record.partition}/${record.offset}`;
}
