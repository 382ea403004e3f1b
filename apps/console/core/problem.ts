/**
 * - `away`: Kafka or the registry cannot be reached
 * - `unknown`: there is no such topic, trip, group or subject
 * - `refused`: it is there and may not be done
 * - `usage`: what was asked makes no sense
 */
export type ProblemKind = 'away' | 'unknown' | 'refused' | 'usage';

/** Something the person who asked can mend; the message is one sentence and names the remedy. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** " Did you mean x?" for the name that is nearest to what was written, or nothing. */
export function didYouMean(written: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, distance: name.includes(written) ? 1 : distance(written, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near === undefined || near.distance > Math.max(2, written.length / 3)) return '';
  return ` Did you mean ${near.name}?`;
}

/** Levenshtein's: letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
