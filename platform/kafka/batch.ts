import type { NewRecord } from '../log/ports.ts';

/** Records that go to one partition together, in order. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
}

/** Names a topic's partition. */
export function placeOf({ topic, partition }: Pick<Batch, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
