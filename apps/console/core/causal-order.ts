import TinyQueue from 'tinyqueue';
import type { Shown } from './show.ts';

/**
 * Orders records so that each comes after its cause and after its partition's earlier ones; where these
 * leave a choice, by time stamp. Clocks of different writers may disagree: causality decides.
 */
export function inCausalOrder(
  records: readonly Shown[],
  causes: ReadonlyMap<Shown, Shown>,
): readonly Shown[] {
  const waitsFor = new Map<Shown, number>(records.map((record) => [record, 0]));
  const followers = new Map<Shown, Shown[]>();
  const after = (earlier: Shown, later: Shown) => {
    followers.set(earlier, [...(followers.get(earlier) ?? []), later]);
    waitsFor.set(later, (waitsFor.get(later) ?? 0) + 1);
  };
  for (const [effect, cause] of causes) after(cause, effect);
  for (const partition of byPartition(records)) {
    for (const [i, record] of partition.entries()) {
      const before = partition[i - 1];
      if (before !== undefined) after(before, record);
    }
  }
  const ready = new TinyQueue(
    records.filter((record) => waitsFor.get(record) === 0),
    compare,
  );
  const ordered: Shown[] = [];
  for (let record = ready.pop(); record !== undefined; record = ready.pop()) {
    ordered.push(record);
    for (const later of followers.get(record) ?? []) {
      const left = (waitsFor.get(later) ?? 0) - 1;
      waitsFor.set(later, left);
      if (left === 0) ready.push(later);
    }
  }
  // Headers that lie could name causes in a circle: such records come last, and are not lost.
  const placed = new Set(ordered);
  return [...ordered, ...records.filter((record) => !placed.has(record)).sort(compare)];
}

function byPartition(records: readonly Shown[]): readonly (readonly Shown[])[] {
  const groups = Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`);
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.offset - b.offset));
}

function compare(a: Shown, b: Shown): number {
  return (
    a.timestamp - b.timestamp ||
    a.topic.localeCompare(b.topic) ||
    a.partition - b.partition ||
    a.offset - b.offset
  );
}
