const whole = new Intl.NumberFormat('en');
const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** @param {number} value */
export function count(value) {
  return whole.format(value);
}

/** A rate, or another number of which one digit after the point is enough. @param {number} value */
export function decimal(value) {
  return value >= 100 ? whole.format(Math.round(value)) : one.format(value);
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${one.format(bytes / 1_000)} kB`;
  return `${one.format(bytes / 1_000_000)} MB`;
}

/** The time of day, to the millisecond. @param {number} milliseconds since 1970 */
export function clock(milliseconds) {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) return 'no time';
  /** @param {number} value @param {number} [digits] */
  const pad = (value, digits = 2) => String(value).padStart(digits, '0');
  const day = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  return `${day}.${pad(time.getMilliseconds(), 3)}`;
}

/** How long something took. @param {number} milliseconds */
export function lasted(milliseconds) {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  return seconds < 120 ? `${one.format(seconds)} s` : `${one.format(seconds / 60)} min`;
}

/** The end of an id, which is where ids of one moment differ. @param {string} id */
export function short(id) {
  return id.length > 12 ? `…${id.slice(-6)}` : id;
}

/** @param {number} milliseconds that Kafka keeps a record; -1 for ever */
export function kept(milliseconds) {
  return milliseconds < 0 ? 'for ever' : `for ${lasted(milliseconds)}`;
}
