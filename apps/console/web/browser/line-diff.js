/**
 * The lines of two texts, with what was added and removed: the longest common subsequence stays.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{ readonly change: 'same' | 'added' | 'removed', readonly line: string }[]}
 */
export function linesBetween(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')];
  // lengths[i][j]: of the longest common subsequence of what follows line i of the one and line j of the other.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (/** @type {number} */ i, /** @type {number} */ j) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = /** @type {Uint32Array} */ (lengths[i]);
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  /** @type {{ change: 'same' | 'added' | 'removed', line: string }[]} */
  const lines = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ change: 'same', line: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ change: 'removed', line: a[i] ?? '' });
      i += 1;
    } else {
      lines.push({ change: 'added', line: b[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}
