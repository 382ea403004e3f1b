import type { DecidedInput, EventRecord } from './decide.ts';

/**
 * Splits a step into record batches of at most `limit` bytes (about), between inputs and never inside
 * one: the events of an input stand in the log together or not at all.
 */
export function intoBatches(decided: readonly DecidedInput[], limit: number): EventRecord[][] {
  const batches: EventRecord[][] = [];
  let batch: EventRecord[] = [];
  let bytes = 0;
  for (const input of decided) {
    if (batch.length > 0 && bytes + input.bytes > limit) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(...input.records);
    bytes += input.bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
