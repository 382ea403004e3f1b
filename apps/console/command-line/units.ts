/** `1.2 MB`, in powers of a thousand. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  for (; value >= 1_000 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `7 d`, `1 h`, `90 s`: the largest unit that comes out whole; -1 is for ever. */
export function retention(milliseconds: number): string {
  if (milliseconds < 0) return 'for ever';
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const) {
    if (milliseconds % size === 0) return `${milliseconds / size} ${unit}`;
  }
  return `${milliseconds / 1_000} s`;
}

/** `2026-05-01 12:00:00.123`, UTC. */
export function time(milliseconds: number): string {
  return Number.isFinite(milliseconds)
    ? new Date(milliseconds).toISOString().replace('T', ' ').slice(0, -1)
    : '-';
}
